package crooked.kernel;

/// Breaks nothing.
public enum Currency {
    EUR
}
