"""The doors: who comes in, by what, for how long, and what each request must carry."""
