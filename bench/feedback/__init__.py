"""What a patient's answer costs, and how long it takes from the phone to everybody who follows it."""
