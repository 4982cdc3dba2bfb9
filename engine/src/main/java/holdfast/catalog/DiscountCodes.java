package holdfast.catalog;

import holdfast.db.Tx;
import holdfast.kernel.Checks;
import holdfast.kernel.Money;
import holdfast.kernel.Page;
import holdfast.kernel.Problem;
import holdfast.kernel.Rate;
import holdfast.kernel.Refusal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The discount codes. How often they were used is kept by [DiscountUses].
public final class DiscountCodes {

    private static final String COLUMNS =
            "code, ppm, amount_minor, currency, uses_max, uses_per_customer, starts_at, ends_at, uses";

    private static final String FIND = """
            select %s
              from discount_code
             where code = :code
            """.formatted(COLUMNS);

    // Finds no row to write when the new limit is below what is used already.
    private static final String PUT = """
            insert into discount_code (code, ppm, amount_minor, currency, uses_max, uses_per_customer,
                                       starts_at, ends_at)
            values (:code, :ppm, :amount, :currency, :usesMax, :usesPerCustomer, :startsAt, :endsAt)
            on conflict (code) do update
               set ppm = excluded.ppm,
                   amount_minor = excluded.amount_minor,
                   currency = excluded.currency,
                   uses_max = excluded.uses_max,
                   uses_per_customer = excluded.uses_per_customer,
                   starts_at = excluded.starts_at,
                   ends_at = excluded.ends_at,
                   updated_at = shop_clock()
             where excluded.uses_max is null
                or excluded.uses_max >= discount_code.uses
            returning %s
            """.formatted(COLUMNS);

    private static final String DELETE = """
            delete from discount_code
             where code = :code
               and uses = 0
            """;

    private static final String LIST = """
            select %s
              from discount_code
             where code > :after
             order by code
             limit :rows
            """.formatted(COLUMNS);

    public Optional<DiscountCode> find(Tx tx, String code) {
        if (!Checks.isName(code)) return Optional.empty();
        return tx.query(FIND)
                .bind("code", DiscountCode.spelled(code))
                .map((row, _) -> code(row))
                .findOne();
    }

    /// Creates the code or replaces its terms; how often it was used stays.
    ///
    /// Refuses, by the field: a code that is no name; a discount of nothing; a limit below 1, or below what is
    /// used already (`uses_max`, `out_of_range`); an end that is not after the beginning.
    public DiscountCode put(Tx tx, String code, DiscountCode.Terms terms) {
        String spelled = DiscountCode.spelled(code);
        terms.check(spelled).refuse();
        DiscountCode stored = write(tx, spelled, terms)
                .orElseThrow(() -> Refusal.invalid("uses_max", "out_of_range", "The code was used more often already"));
        Revision.advance(tx);
        return stored;
    }

    /// Removes the code; false if there was none. Refuses one that was used with [Problem#IN_USE]: its orders
    /// name it. Such a code is ended by its `ends_at`.
    public boolean delete(Tx tx, String code) {
        if (find(tx, code).isEmpty()) return false;
        int deleted = tx.update(DELETE).bind("code", DiscountCode.spelled(code)).execute();
        if (deleted == 0) throw Problem.IN_USE.refuse("The code was used; end it with ends_at instead");
        Revision.advance(tx);
        return true;
    }

    /// Codes in their own order.
    ///
    /// @param after the `next` of the page before; null: from the beginning
    public Page<DiscountCode> list(Tx tx, int limit, @Nullable String after) {
        List<DiscountCode> rows = tx.query(LIST)
                .bind("after", Cursors.name(after))
                .bind("rows", limit + 1)
                .map((row, _) -> code(row))
                .list();
        return Page.of(rows, limit, DiscountCode::code);
    }

    private static Optional<DiscountCode> write(Tx tx, String code, DiscountCode.Terms terms) {
        Rate rate = terms.off() instanceof DiscountCode.Off.Percent(Rate percent) ? percent : null;
        Money amount = terms.off() instanceof DiscountCode.Off.Amount(Money fixed) ? fixed : null;
        return tx.query(PUT)
                .bind("code", code)
                .bind("ppm", rate == null ? null : rate.ppm())
                .bind("amount", amount == null ? null : amount.minor())
                .bind("currency", amount == null ? null : amount.currency().getCurrencyCode())
                .bind("usesMax", terms.usesMax())
                .bind("usesPerCustomer", terms.usesPerCustomer())
                .bind("startsAt", at(terms.startsAt()))
                .bind("endsAt", at(terms.endsAt()))
                .map((row, _) -> code(row))
                .findOne();
    }

    static DiscountCode code(ResultSet row) throws SQLException {
        String currency = row.getString("currency");
        DiscountCode.Off off = currency == null
                ? new DiscountCode.Off.Percent(new Rate(row.getInt("ppm")))
                : new DiscountCode.Off.Amount(Money.of(row.getLong("amount_minor"), Currency.getInstance(currency)));
        var terms = new DiscountCode.Terms(
                off,
                row.getObject("uses_max", Integer.class),
                row.getObject("uses_per_customer", Integer.class),
                instant(row, "starts_at"),
                instant(row, "ends_at"));
        return new DiscountCode(row.getString("code"), terms, row.getInt("uses"));
    }

    private static @Nullable OffsetDateTime at(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }
}
