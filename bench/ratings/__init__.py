"""How well the evidence model tells who improves, judged on ratings that people gave."""
