package holdfast.order;

import holdfast.kernel.FieldError;
import holdfast.kernel.Quantity;
import holdfast.kernel.Refusal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// So many pieces of one line of an order.
public record Pieces(int lineNo, Quantity quantity) {

    int count() {
        return quantity.pieces();
    }

    /// Refuses an empty list, and names each entry whose line the order does not have or that was named
    /// before.
    static void requireLines(List<Pieces> list, Set<Integer> lines) {
        if (list.isEmpty()) throw Refusal.invalid("lines", "required", "At least one line must be named");
        var errors = new ArrayList<FieldError>();
        var seen = new HashSet<Integer>();
        for (int i = 0; i < list.size(); i++) {
            String field = "lines[" + i + "].line";
            int lineNo = list.get(i).lineNo();
            if (!lines.contains(lineNo)) {
                errors.add(new FieldError(field, "unknown", "The order has no such line"));
            } else if (!seen.add(lineNo)) {
                errors.add(new FieldError(field, "duplicate", "Each line can be named once"));
            }
        }
        if (!errors.isEmpty()) throw Refusal.invalid(errors);
    }
}
