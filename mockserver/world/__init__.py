"""Hold what there is to answer: scenarios, generated rows, dates and filters; pure."""
