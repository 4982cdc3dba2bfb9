package holdfast.kernel;

/// One bad field of a request: where it is (`line_items[3].quantity`), a stable code, and a sentence that does
/// not repeat
/// the value.
public record FieldError(String field, String code, String message) {}
