package holdfast.api;

import org.jspecify.annotations.Nullable;

/// Which part of a list is wanted.
///
/// @param cursor the `next_cursor` of the part before; null: from the beginning
record Paging(int limit, @Nullable String cursor) {

    private static final int LIMIT_MAX = 200;
    private static final int LIMIT_DEFAULT = 50;
    private static final int CURSOR_LENGTH_MAX = 200;

    static Paging of(Fields query) {
        return new Paging(
                query.optional("limit", Shapes.integerText(1, LIMIT_MAX), LIMIT_DEFAULT),
                query.optional("cursor", Shapes.text(CURSOR_LENGTH_MAX)));
    }
}
