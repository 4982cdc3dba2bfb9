package holdfast.drill;

import java.math.BigDecimal;

/// Lines, pieces and pounds, added up. What is taken back counts negative, as it does in the files.
record Sum(long lines, long pieces, BigDecimal pounds) {

    static final Sum ZERO = new Sum(0, 0, BigDecimal.ZERO);

    static Sum of(InvoiceLine line) {
        return new Sum(1, line.pieces(), line.amount());
    }

    Sum plus(Sum more) {
        return new Sum(Math.addExact(lines, more.lines), Math.addExact(pieces, more.pieces), pounds.add(more.pounds));
    }

    /// Whether both add up to the same, however many decimals they are written with.
    boolean sameAs(Sum other) {
        return lines == other.lines && pieces == other.pieces && pounds.compareTo(other.pounds) == 0;
    }
}
