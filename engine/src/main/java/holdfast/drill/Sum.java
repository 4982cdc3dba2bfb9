package holdfast.drill;

import java.math.BigDecimal;
import java.util.List;

/// Lines, pieces and pounds, added up. What is taken back counts negative, as it does in the files.
record Sum(long lines, long pieces, BigDecimal pounds) {

    static final Sum ZERO = new Sum(0, 0, BigDecimal.ZERO);

    static Sum of(InvoiceLine line) {
        return new Sum(1, line.pieces(), line.amount());
    }

    static Sum of(List<InvoiceLine> lines) {
        return lines.stream().map(Sum::of).reduce(ZERO, Sum::plus);
    }

    Sum plus(Sum more) {
        return new Sum(Math.addExact(lines, more.lines), Math.addExact(pieces, more.pieces), pounds.add(more.pounds));
    }
}
