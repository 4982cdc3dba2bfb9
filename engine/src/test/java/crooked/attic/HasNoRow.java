package crooked.attic;

/// Nobody wrote the attic down.
record HasNoRow() {}
