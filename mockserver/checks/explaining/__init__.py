"""Say what explains wrong answers, from all answers of a run."""
