"""Which household votes in which polling station: plain arrays in, arrays out (docs/adr/0009-assignment.md).

Knows neither Django nor the database nor the clock. ``problem`` holds what goes in, ``solution`` what comes out; ``solver.solve``
makes the one from the other, ``shortage.explain`` says first why it cannot be done, ``reasons.why`` afterwards why a household is where it is,
``tradeoff.curve`` what another weighing would give. ``run.solve_apart`` does the work in processes of its own, with limits.
"""
