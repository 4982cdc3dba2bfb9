package holdfast.kernel;

/// The merchant's code for a place that keeps stock: 1 to 32 letters, digits and `. _ -`.
public record WarehouseCode(String code) implements Comparable<WarehouseCode> {

    private static final int LENGTH_MAX = 32;
    private static final Ascii CHARACTERS = Ascii.of("A-Za-z0-9._-");

    /// No warehouse yet: of pieces that are backordered.
    public static final WarehouseCode NONE = new WarehouseCode("");

    public WarehouseCode {
        if (!code.isEmpty() && !isValid(code))
            throw new IllegalArgumentException("Not a warehouse code: 1 to 32 of A-Z a-z 0-9 . _ -");
    }

    public static WarehouseCode of(String code) {
        return new WarehouseCode(code);
    }

    public boolean isNone() {
        return code.isEmpty();
    }

    /// Whether a warehouse can be called so.
    public static boolean isValid(String code) {
        return CHARACTERS.spell(code, 1, LENGTH_MAX);
    }

    @Override
    public int compareTo(WarehouseCode other) {
        return code.compareTo(other.code);
    }

    @Override
    public String toString() {
        return code;
    }
}
