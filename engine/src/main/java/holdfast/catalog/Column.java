package holdfast.catalog;

import static java.util.stream.Collectors.toMap;

import holdfast.kernel.Checks;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The columns of a file of products.
enum Column {
    SKU(true),
    TITLE(true),
    PRICE(true),
    CURRENCY(true),
    WEIGHT_GRAMS(false),
    TAX_CATEGORY(false),
    WAREHOUSE(false),
    ON_HAND(false);

    private static final Map<String, Column> BY_NAME =
            Stream.of(values()).collect(toMap(Column::field, column -> column));

    private final boolean required;

    Column(boolean required) {
        this.required = required;
    }

    /// As it is called in the file.
    String field() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Where each column stands. Refuses columns that are unknown, stand there twice or are missing.
    static Map<Column, Integer> positions(List<String> header) {
        var positions = new EnumMap<Column, Integer>(Column.class);
        var checks = new Checks();
        for (int i = 0; i < header.size(); i++) {
            String field = "columns[" + i + "]";
            Column column = named(header.get(i));
            checks.that(column != null, field, "unknown_field", "Not a column of such a file");
            if (column == null) continue;
            checks.that(positions.putIfAbsent(column, i) == null, field, "duplicate", "Stands there twice");
        }
        for (Column column : values()) {
            checks.that(
                    !column.required || positions.containsKey(column), column.field(), "required", "No such column");
        }
        refuseHalfOfTheStock(positions, checks);
        checks.refuse();
        return positions;
    }

    private static void refuseHalfOfTheStock(Map<Column, Integer> positions, Checks checks) {
        boolean both = positions.containsKey(WAREHOUSE) == positions.containsKey(ON_HAND);
        Column missing = positions.containsKey(WAREHOUSE) ? ON_HAND : WAREHOUSE;
        checks.that(both, missing.field(), "required", "warehouse and on_hand come together");
    }

    private static @Nullable Column named(String name) {
        return BY_NAME.get(name.strip().toLowerCase(Locale.ROOT));
    }
}
