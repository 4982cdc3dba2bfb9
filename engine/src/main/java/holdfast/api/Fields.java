package holdfast.api;

import holdfast.api.Shape.Value;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The members of a JSON object, or the parameters of a query or a path, as they are read one by one. What is
/// left unread in the end is unknown, and refused by name.
///
/// ```java
/// record NewItem(Sku sku, Quantity quantity) {
///     NewItem(Fields item) {
///         this(item.required("sku", SKU), item.required("quantity", QUANTITY));
///     }
/// }
/// ```
final class Fields {

    private final Path path;
    private final Map<String, Json> members;
    private final FieldErrors errors;
    private final Set<String> read = new HashSet<>();

    private Fields(Path path, Map<String, Json> members, FieldErrors errors) {
        this.path = path;
        this.members = members;
        this.errors = errors;
    }

    /// Reads the whole of `members`.
    ///
    /// @throws holdfast.kernel.Refusal `invalid_request`, naming every bad field at once
    static <T> T read(Json.Members members, Function<Fields, T> whole) {
        var errors = new FieldErrors();
        T result = object(whole).read(new Value(members, Path.BODY, errors));
        errors.refuse();
        return result;
    }

    /// The shape of an object with the fields that `whole` reads.
    static <T> Shape<T> object(Function<Fields, T> whole) {
        return value -> {
            if (value.json() instanceof Json.Members(Map<String, Json> members)) {
                var fields = new Fields(value.path(), members, value.errors());
                T result = whole.apply(fields);
                fields.refuseUnknown();
                return result;
            }
            T standIn = whole.apply(new Fields(value.path(), Map.of(), new FieldErrors()));
            return value.refuse(standIn, "wrong_type", "Must be an object");
        };
    }

    <T> T required(String name, Shape<T> shape) {
        T value = optional(name, shape);
        if (value != null) return value;
        errors.add(path.member(name), "required", "Must be here");
        return shape.standIn();
    }

    <T> @Nullable T optional(String name, Shape<T> shape) {
        read.add(name);
        Json json = members.get(name);
        return json == null ? null : shape.read(new Value(json, path.member(name), errors));
    }

    <T> T optional(String name, Shape<T> shape, T otherwise) {
        T value = optional(name, shape);
        return value == null ? otherwise : value;
    }

    /// Notes it if both fields are there, or neither.
    void exactlyOne(String one, String other) {
        boolean has = members.containsKey(one);
        if (has != members.containsKey(other)) return;
        if (has) refuse(other, "exclusive", "Must not be here together with " + one);
        else refuse(one, "required", "Either this or " + other + " must be here");
    }

    /// Notes it if `name` is there, which has no meaning beside `other`.
    void exclude(String name, String other) {
        read.add(name);
        if (members.containsKey(name)) refuse(name, "exclusive", "Must not be here together with " + other);
    }

    /// Notes it if there is nothing at all.
    void demandSome() {
        if (members.isEmpty()) errors.add(path, "required", "Must have at least one field");
    }

    /// Notes that a field is wrong in the light of others.
    void refuse(String name, String code, String message) {
        errors.add(path.member(name), code, message);
    }

    private void refuseUnknown() {
        for (String name : members.keySet()) {
            if (!read.contains(name)) errors.add(path.member(name), "unknown_field", "Is not a field of this request");
        }
    }
}
