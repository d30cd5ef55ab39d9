"""Loket: the task system of a Dukcapil office, where its officers find what other systems want them to decide."""
