package crooked.shelf;

/// Breaks nothing.
public record Shelf(int pieces) {}
