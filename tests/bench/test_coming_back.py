"""What is said of phones that come back: medians of the rounds, one phone's share, and the other version by this one."""

from bench.load.coming_back import cost, table
from bench.programs import Used


def test_a_phone_costs_its_share_of_the_median_round() -> None:
    rounds = [Used(0.5, 0.1), Used(0.3, 0.1), Used(0.4, 5.0)]
    own = cost("resumed", rounds, many=100)
    assert (round(own.loop_ms, 3), round(own.total_ms, 3)) == (4.0, 6.0)
    other = cost("resumed", [Used(1.0, 0.2)], many=100)
    assert table([[own], [other]])[1].split() == ["resumed", "4.000", "6.000", "12.000", "2.00"]
    assert table([[own]])[1].split() == ["resumed", "4.000", "6.000"]
