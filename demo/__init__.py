"""Demo data and a made-up population: real addresses of three municipalities, invented people."""
