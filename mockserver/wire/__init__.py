"""Speak ServiceStack's dialect: route, negotiate, bind, encode; pure functions only."""
