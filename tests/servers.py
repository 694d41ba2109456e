"""Loaded before Django's settings: the embedded servers start where no real ones are named."""

from config import embedded

embedded.provide()
