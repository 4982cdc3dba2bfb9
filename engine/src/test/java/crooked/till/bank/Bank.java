package crooked.till.bank;

import crooked.till.Till;

/// Breaks nothing: a module within a module has a row of its own.
public record Bank(Till till) {}
