package holdfast.catalog;

import holdfast.catalog.StockSetter.Count;
import holdfast.kernel.CardNumbers;
import holdfast.kernel.Checks;
import holdfast.kernel.Currencies;
import holdfast.kernel.FieldError;
import holdfast.kernel.Money;
import holdfast.kernel.Problem;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A row of a file of products, read.
sealed interface ProductRow {

    /// Where the row begins in the file, from 1.
    long line();

    /// A row that can be imported.
    ///
    /// @param count null: nothing was counted
    record Good(long line, NewProduct product, @Nullable Count count) implements ProductRow {}

    /// A row that cannot.
    record Bad(long line, List<FieldError> errors) implements ProductRow {}

    /// Reads one row, finding everything that is wrong with it. Refuses card numbers, and with them the file.
    static ProductRow read(long line, List<String> cells, Map<Column, Integer> positions) {
        return new Reading(line, cells, positions).row();
    }

    /// The reading of one row: one check after the other, and in the end what they all left.
    final class Reading {

        private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,16}(\\.[0-9]{1,16})?");
        private static final Pattern INTEGER = Pattern.compile("[0-9]{1,16}");

        private final long line;
        private final List<String> cells;
        private final Map<Column, Integer> positions;
        private final Checks checks = new Checks();

        private Reading(long line, List<String> cells, Map<Column, Integer> positions) {
            this.line = line;
            this.cells = cells;
            this.positions = positions;
        }

        private ProductRow row() {
            refuseCardNumbers();
            if (cells.size() != positions.size()) return bad(wrongNumberOfCells());

            Optional<Sku> sku = sku();
            String title = cell(Column.TITLE);
            checks.text("title", title, NewProduct.TITLE_LENGTH_MAX);
            Optional<Money> price = price();
            long weightGrams = integer(Column.WEIGHT_GRAMS);
            checks.between(0, NewProduct.WEIGHT_GRAMS_MAX, "weight_grams", weightGrams);
            String taxCategory = optional(Column.TAX_CATEGORY).orElse(NewProduct.TAX_CATEGORY_DEFAULT);
            checks.name("tax_category", taxCategory);
            Optional<WarehouseCode> warehouse = warehouse();
            long onHand = integer(Column.ON_HAND);

            if (!checks.errors().isEmpty()) return bad(checks.errors());
            var product = new NewProduct(
                    sku.orElseThrow(), title, price.orElseThrow(), Math.toIntExact(weightGrams), taxCategory);
            return new Good(
                    line,
                    product,
                    warehouse
                            .map(code -> new Count(product.sku(), code, onHand))
                            .orElse(null));
        }

        private void refuseCardNumbers() {
            Integer sku = positions.get(Column.SKU);
            for (int i = 0; i < cells.size(); i++) {
                boolean exempt = sku != null && sku == i;
                if (!exempt && CardNumbers.appearsIn(cells.get(i))) {
                    throw Problem.CARD_DATA_NOT_ACCEPTED
                            .refuse("Line " + line + " of the file holds a card number")
                            .naming(new FieldError(column(i), "card_number", "Must not contain a card number"));
                }
            }
        }

        private String column(int position) {
            return positions.entrySet().stream()
                    .filter(column -> column.getValue() == position)
                    .map(column -> column.getKey().field())
                    .findFirst()
                    .orElse("row");
        }

        private Optional<Sku> sku() {
            String code = cell(Column.SKU);
            boolean valid = Sku.isValid(code);
            checks.that(valid, "sku", code.isEmpty() ? "required" : "malformed", "1 to 64 of A-Z a-z 0-9 . _ ~ : -");
            return valid ? Optional.of(Sku.of(code)) : Optional.empty();
        }

        private Optional<Money> price() {
            Optional<Currency> currency = Currencies.find(cell(Column.CURRENCY));
            String price = cell(Column.PRICE);
            boolean decimal = DECIMAL.matcher(price).matches();
            checks.that(currency.isPresent(), "currency", "unknown", "Must be an ISO 4217 currency code")
                    .that(
                            decimal,
                            "price",
                            price.isEmpty() ? "required" : "malformed",
                            "Must be a decimal such as 19.99");
            return decimal ? currency.flatMap(known -> price(new BigDecimal(price), known)) : Optional.empty();
        }

        private Optional<Money> price(BigDecimal major, Currency currency) {
            int decimals = currency.getDefaultFractionDigits();
            BigDecimal minor = major.movePointRight(decimals);
            boolean exact = major.scale() <= decimals;
            boolean affordable = minor.compareTo(BigDecimal.valueOf(Money.MINOR_MAX)) <= 0;
            checks.that(exact, "price", "malformed", currency + " has " + decimals + " decimals")
                    .that(affordable, "price", "out_of_range", "At most " + Money.of(Money.MINOR_MAX, currency));
            return exact && affordable ? Optional.of(Money.of(minor.longValueExact(), currency)) : Optional.empty();
        }

        private Optional<WarehouseCode> warehouse() {
            Optional<String> code = optional(Column.WAREHOUSE);
            Optional<String> onHand = optional(Column.ON_HAND);
            boolean valid = code.map(WarehouseCode::isValid).orElse(true);
            checks.that(valid, "warehouse", "malformed", "1 to 32 of A-Z a-z 0-9 . _ -")
                    .that(
                            code.isPresent() || onHand.isEmpty(),
                            "warehouse",
                            "required",
                            "on_hand says how many, not where")
                    .that(
                            code.isEmpty() || onHand.isPresent(),
                            "on_hand",
                            "required",
                            "warehouse says where, not how many");
            return valid ? code.map(WarehouseCode::of) : Optional.empty();
        }

        private long integer(Column column) {
            String digits = optional(column).orElse("0");
            boolean integer = INTEGER.matcher(digits).matches();
            checks.that(integer, column.field(), "malformed", "Must be a whole number");
            return integer ? Long.parseLong(digits) : 0;
        }

        private Optional<String> optional(Column column) {
            return positions.containsKey(column)
                    ? Optional.of(cell(column)).filter(cell -> !cell.isEmpty())
                    : Optional.empty();
        }

        private String cell(Column column) {
            Integer position = positions.get(column);
            return position == null ? "" : cells.get(position).strip();
        }

        private Bad bad(List<FieldError> errors) {
            return new Bad(line, errors);
        }

        private List<FieldError> wrongNumberOfCells() {
            String message = cells.size() + " cells under " + positions.size() + " columns";
            return List.of(new FieldError("row", "malformed", message));
        }
    }
}
