package holdfast.api;

import holdfast.kernel.CardNumbers;
import holdfast.kernel.FieldError;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Looks for card numbers in everything that a client says, so that none is stored, logged or hashed. What
/// names things of the shop's own is exempt: a SKU may have sixteen digits.
final class CardScan {

    private final List<FieldError> found = new ArrayList<>();

    /// The name of a member at `parent`, or something harmless if it is a card number.
    String name(Path parent, String name) {
        if (!CardNumbers.appearsIn(name)) return name;
        found.add(error(parent));
        return "…";
    }

    void value(Path path, String value) {
        if (!isExempt(path.name()) && CardNumbers.appearsIn(value)) found.add(error(path));
    }

    /// Refuses the request, if a card number was found, and names where.
    void refuse() {
        if (found.isEmpty()) return;
        Refusal refusal = Problem.CARD_DATA_NOT_ACCEPTED.refuse(
                "Send the token that the payment provider gives you for the card");
        for (FieldError error : found) {
            refusal = refusal.naming(error);
        }
        throw refusal;
    }

    private static boolean isExempt(@Nullable String name) {
        if (name == null) return false;
        return switch (name) {
            case "sku", "id", "tracking_number", "cursor" -> true;
            default -> name.endsWith("_id");
        };
    }

    private static FieldError error(Path path) {
        return new FieldError(path.toString(), "card_number", "Must not contain a card number");
    }
}
