package holdfast.pages;

import holdfast.kernel.FieldError;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is wrong with a form, field by field, in sentences for whoever filled it in.
public final class FormErrors {

    private final Map<String, String> byField = new LinkedHashMap<>();

    /// The first complaint about a field stands.
    public FormErrors add(String field, String complaint) {
        byField.putIfAbsent(field, complaint);
        return this;
    }

    public FormErrors unless(boolean holds, String field, String complaint) {
        return holds ? this : add(field, complaint);
    }

    public FormErrors add(FieldError error) {
        return add(error.field(), error.message());
    }

    /// What is wrong with a field; null: nothing.
    public @Nullable String of(String field) {
        return byField.get(field);
    }

    public boolean has(String field) {
        return byField.containsKey(field);
    }

    public boolean isEmpty() {
        return byField.isEmpty();
    }

    /// All of it, by field, in the order it was found.
    public Map<String, String> all() {
        return Collections.unmodifiableMap(byField);
    }
}
