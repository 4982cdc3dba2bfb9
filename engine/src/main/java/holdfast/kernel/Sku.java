package holdfast.kernel;

/// The merchant's code for one sellable variant: 1 to 64 letters, digits and `. _ ~ : -`, so that it stands in
/// a URL as it is. Upper and lower case differ.
public record Sku(String code) implements Comparable<Sku> {

    public static final int LENGTH_MAX = 64;

    public Sku {
        if (!isValid(code)) throw new IllegalArgumentException("Not a SKU: 1 to 64 of A-Z a-z 0-9 . _ ~ : -");
    }

    public static Sku of(String code) {
        return new Sku(code);
    }

    public static boolean isValid(String code) {
        return Ascii.NAME.spell(code, 1, LENGTH_MAX);
    }

    @Override
    public int compareTo(Sku other) {
        return code.compareTo(other.code);
    }

    @Override
    public String toString() {
        return code;
    }
}
