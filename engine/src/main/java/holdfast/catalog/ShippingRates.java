package holdfast.catalog;

import holdfast.db.Tx;
import holdfast.kernel.Checks;
import holdfast.kernel.Money;
import holdfast.kernel.Page;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The price lists for shipping.
public final class ShippingRates {

    private static final String COLUMNS = "id, option, title, country, price_minor, currency, basis, at_least, below";

    private static final String FIND = """
            select %s
              from shipping_rate
             where id = :id
            """.formatted(COLUMNS);

    // Two writers, each with half of an overlap, would not see each other. Readers are not kept waiting.
    private static final String ONE_WRITER_AT_A_TIME = "lock table shipping_rate in share row exclusive mode";

    private static final String PUT = """
            insert into shipping_rate (id, option, title, country, price_minor, currency, basis, at_least, below)
            values (:id, :option, :title, :country, :price, :currency, :basis, :atLeast, :below)
            on conflict (id) do update
               set option = excluded.option,
                   title = excluded.title,
                   country = excluded.country,
                   price_minor = excluded.price_minor,
                   currency = excluded.currency,
                   basis = excluded.basis,
                   at_least = excluded.at_least,
                   below = excluded.below
            """;

    private static final String DELETE = "delete from shipping_rate where id = :id";

    private static final String LIST = """
            select %s
              from shipping_rate
             where id > :after
             order by id
             limit :rows
            """.formatted(COLUMNS);

    private static final String IN_CURRENCY = """
            select %s
              from shipping_rate
             where currency = :currency
            """.formatted(COLUMNS);

    public Optional<ShippingRate> find(Tx tx, String id) {
        if (!Checks.isName(id)) return Optional.empty();
        return tx.query(FIND).bind("id", id).map((row, _) -> rate(row)).findOne();
    }

    /// Creates the rate or replaces what it was.
    ///
    /// Refuses, by the field: an id or option that is no name; a blank or too long title; a country that is
    /// none; a price or bound below 0 or above [Money#MINOR_MAX]; an end that is not above the beginning; a
    /// step that overlaps another of its price list (`at_least`, `taken`) or is of another basis (`basis`,
    /// `taken`).
    public ShippingRate put(Tx tx, ShippingRate rate) {
        rate.check().refuse();
        tx.execute(ONE_WRITER_AT_A_TIME);
        refuseConflicts(rate, in(tx, rate.price().currency()));
        write(tx, rate);
        Revision.advance(tx);
        return rate;
    }

    /// Removes the rate; false if there was none.
    public boolean delete(Tx tx, String id) {
        boolean deleted = Checks.isName(id) && tx.update(DELETE).bind("id", id).execute() == 1;
        if (deleted) Revision.advance(tx);
        return deleted;
    }

    /// Rates in the order of their ids.
    ///
    /// @param after the `next` of the page before; null: from the beginning
    public Page<ShippingRate> list(Tx tx, int limit, @Nullable String after) {
        List<ShippingRate> rows = tx.query(LIST)
                .bind("after", Cursors.name(after))
                .bind("rows", limit + 1)
                .map((row, _) -> rate(row))
                .list();
        return Page.of(rows, limit, ShippingRate::id);
    }

    /// All rates in one currency.
    List<ShippingRate> in(Tx tx, Currency currency) {
        return tx.query(IN_CURRENCY)
                .bind("currency", currency.getCurrencyCode())
                .map((row, _) -> rate(row))
                .list();
    }

    private static void refuseConflicts(ShippingRate rate, List<ShippingRate> stored) {
        List<ShippingRate> others = stored.stream()
                .filter(other -> !other.id().equals(rate.id()) && other.isOfTheSameListAs(rate))
                .toList();
        new Checks()
                .that(
                        others.stream().allMatch(other -> other.basis() == rate.basis()),
                        "basis",
                        "taken",
                        "The rates of this option, currency and country are of the other basis")
                .that(
                        others.stream().noneMatch(rate::overlaps),
                        "at_least",
                        "taken",
                        "Another rate of this option, currency and country holds for a part of this range")
                .refuse();
    }

    private static void write(Tx tx, ShippingRate rate) {
        tx.update(PUT)
                .bind("id", rate.id())
                .bind("option", rate.option())
                .bind("title", rate.title())
                .bind("country", rate.country())
                .bind("price", rate.price().minor())
                .bind("currency", rate.price().currency().getCurrencyCode())
                .bind("basis", rate.basis().code())
                .bind("atLeast", rate.atLeast())
                .bind("below", rate.below())
                .execute();
    }

    private static ShippingRate rate(ResultSet row) throws SQLException {
        return new ShippingRate(
                row.getString("id"),
                row.getString("option"),
                row.getString("title"),
                row.getString("country"),
                Money.of(row.getLong("price_minor"), Currency.getInstance(row.getString("currency"))),
                ShippingRate.Basis.valueOf(row.getString("basis").toUpperCase(Locale.ROOT)),
                row.getLong("at_least"),
                row.getObject("below", Long.class));
    }
}
