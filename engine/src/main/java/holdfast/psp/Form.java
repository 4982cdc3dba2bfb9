package holdfast.psp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The parameters of a request, as a form: `amount=1999&metadata[order]=42&expand[]=latest_charge`.
///
/// What is wrong with them is refused as Stripe does it. An empty value is no value.
final class Form {

    private static final int METADATA_ENTRIES_MAX = 50;
    private static final int METADATA_KEY_MAX = 40;
    private static final int METADATA_VALUE_MAX = 500;

    private final Map<String, List<String>> values = new LinkedHashMap<>();

    static Form parse(String encoded) {
        var form = new Form();
        for (String pair : encoded.split("&", -1)) {
            if (pair.isEmpty()) continue;
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
            form.values.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
        }
        return form;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, UTF_8);
        } catch (IllegalArgumentException _) {
            throw new Refused(StripeError.invalid(null, null, "Invalid request: the form is not URL-encoded"));
        }
    }

    /// Refuses every parameter but these; of a nested one the outermost name counts.
    Form allow(Set<String> names) {
        for (String name : values.keySet()) {
            int bracket = name.indexOf('[');
            String outermost = bracket < 0 ? name : name.substring(0, bracket);
            if (!names.contains(outermost)) {
                throw new Refused(
                        StripeError.invalid("parameter_unknown", name, "Received unknown parameter: " + name));
            }
        }
        return this;
    }

    /// The same parameters, in the same words, however they were ordered.
    String canonical() {
        return values.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getKey() + "=" + String.join("\u0000", entry.getValue()))
                .collect(joining("\n"));
    }

    boolean has(String name) {
        return values.keySet().stream().anyMatch(it -> it.equals(name) || it.startsWith(name + "["));
    }

    @Nullable
    String text(String name) {
        List<String> given = values.get(name);
        return given == null || given.getLast().isEmpty() ? null : given.getLast();
    }

    String required(String name) {
        String text = text(name);
        if (text == null) {
            throw new Refused(StripeError.invalid("parameter_missing", name, "Missing required param: " + name + "."));
        }
        return text;
    }

    /// One of `choices`, or null.
    @Nullable
    String choice(String name, Set<String> choices) {
        String text = text(name);
        if (text != null && !choices.contains(text)) {
            throw new Refused(StripeError.invalid(
                    null,
                    name,
                    "Invalid %s: must be one of %s"
                            .formatted(name, choices.stream().sorted().collect(joining(", ")))));
        }
        return text;
    }

    @Nullable
    Long integer(String name) {
        String text = text(name);
        if (text == null) return null;
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw new Refused(StripeError.invalid("parameter_invalid_integer", name, "Invalid integer: " + text));
        }
    }

    boolean flag(String name) {
        String text = text(name);
        if (text == null || text.equals("false")) return false;
        if (text.equals("true")) return true;
        throw new Refused(StripeError.invalid(null, name, "Invalid boolean: " + text));
    }

    Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        values.forEach((name, given) -> {
            if (name.startsWith("metadata[") && name.endsWith("]")) {
                metadata.put(name.substring("metadata[".length(), name.length() - 1), given.getLast());
            }
        });
        metadata.forEach((key, value) -> {
            if (key.length() > METADATA_KEY_MAX || value.length() > METADATA_VALUE_MAX) {
                throw new Refused(StripeError.invalid(
                        null,
                        "metadata",
                        "Metadata keys can have up to %d characters, values up to %d"
                                .formatted(METADATA_KEY_MAX, METADATA_VALUE_MAX)));
            }
        });
        if (metadata.size() > METADATA_ENTRIES_MAX) {
            throw new Refused(
                    StripeError.invalid(null, "metadata", "Metadata can have up to " + METADATA_ENTRIES_MAX + " keys"));
        }
        return Map.copyOf(metadata);
    }

    /// `name[]=a&name[]=b`, or `name[0]=a&name[1]=b`.
    List<String> list(String name) {
        List<String> list = new ArrayList<>();
        values.forEach((key, given) -> {
            if (key.startsWith(name + "[")) list.addAll(given);
        });
        return list;
    }
}
