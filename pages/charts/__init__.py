"""What works, as pictures: each a pure function from what the domain computed to what is drawn, told and filed."""
