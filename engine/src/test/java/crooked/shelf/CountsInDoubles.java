package crooked.shelf;

/// Half a piece, more or less.
record CountsInDoubles(double pieces) {}
