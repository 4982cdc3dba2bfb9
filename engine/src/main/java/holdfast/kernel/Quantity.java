package holdfast.kernel;

/// How many pieces of one SKU: 1 to 1,000,000. An absent line is absent, not zero.
public record Quantity(int pieces) implements Comparable<Quantity> {

    public static final int PIECES_MAX = 1_000_000;

    public Quantity {
        if (pieces < 1 || pieces > PIECES_MAX) {
            throw new IllegalArgumentException("A quantity is from 1 to " + PIECES_MAX + ", not " + pieces);
        }
    }

    public static Quantity of(int pieces) {
        return new Quantity(pieces);
    }

    @Override
    public int compareTo(Quantity other) {
        return Integer.compare(pieces, other.pieces);
    }
}
