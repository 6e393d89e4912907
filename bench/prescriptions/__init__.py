"""How well herbs learnt from past cases agree with what was prescribed, and what learning and suggesting cost."""
