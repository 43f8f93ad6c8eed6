"""Write a report in its forms; each is a rendering of the same findings and decides nothing."""
