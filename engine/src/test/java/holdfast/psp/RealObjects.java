package holdfast.psp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// One object of each kind as the real Stripe answers it, taken from Stripe's own published examples.
final class RealObjects {

    /// Shown by Stripe only to those who ask for it, or only while it matters.
    private static final Set<String> SOMETIMES =
            Set.of("charge.refunds", "charge.payment_method_details.card.capture_before", "refund.failure_reason");

    private RealObjects() {}

    /// Where an object of ours has another shape than the real one: fields too few or too many, or values of
    /// another kind. Anything may be null.
    static List<String> differences(String kind, JsonNode ours) throws IOException {
        try (var examples = RealObjects.class.getResourceAsStream("stripe-objects.json")) {
            List<String> differences = new ArrayList<>();
            compare(kind, new ObjectMapper().readTree(examples).at("/resources").get(kind), ours, differences);
            return differences;
        }
    }

    private static void compare(String path, JsonNode real, JsonNode ours, List<String> differences) {
        if (real.isNull() || ours.isNull()) return;
        if (real.getNodeType() != ours.getNodeType()) {
            differences.add(path + " is " + ours.getNodeType() + ", and should be " + real.getNodeType());
        } else if (real.isObject() && !real.isEmpty() && !path.endsWith("metadata") && !path.endsWith("wallet")) {
            var fields = new TreeSet<String>();
            real.fieldNames().forEachRemaining(fields::add);
            ours.fieldNames().forEachRemaining(fields::add);
            for (String field : fields) {
                String at = path + "." + field;
                if (SOMETIMES.contains(at)) continue;
                if (!ours.has(field)) differences.add(at + " is missing");
                else if (!real.has(field)) differences.add(at + " is not known to Stripe");
                else compare(at, real.get(field), ours.get(field), differences);
            }
        }
    }
}
