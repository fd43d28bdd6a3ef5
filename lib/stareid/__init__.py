"""Spatio-temporal attention for video person re-identification."""
