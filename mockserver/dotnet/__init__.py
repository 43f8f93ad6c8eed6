"""Read dates and white space as .NET does; what wire and world share."""
