package holdfast.api;

import org.jspecify.annotations.Nullable;

/// Where in a request something is, as errors say it: `line_items[3].quantity`; the whole of a body is `body`.
///
/// @param parent null: this is the whole
/// @param name of the innermost member on the way here
/// @param index in an array; -1 if this is a member
record Path(@Nullable Path parent, @Nullable String name, int index) {

    static final Path BODY = new Path(null, null, -1);

    /// As much of a name as is repeated to the client, who chose it.
    private static final int NAME_LENGTH_MAX = 64;

    Path member(String name) {
        return new Path(this, name, -1);
    }

    Path item(int index) {
        return new Path(this, name, index);
    }

    @Override
    public String toString() {
        if (parent == null) return "body";
        if (index >= 0) return parent + "[" + index + "]";
        return parent.parent == null ? step() : parent + "." + step();
    }

    private String step() {
        String step = String.valueOf(name);
        return step.codePointCount(0, step.length()) <= NAME_LENGTH_MAX
                ? step
                : step.substring(0, step.offsetByCodePoints(0, NAME_LENGTH_MAX)) + "…";
    }
}
