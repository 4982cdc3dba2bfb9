package holdfast.catalog;

import static java.util.Collections.nCopies;
import static java.util.stream.Collectors.toSet;

import holdfast.db.Tx;
import holdfast.kernel.CheckoutId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/// Who uses which discount code, so that no code is used more often than it may be.
///
/// ```
/// (none) ─ take ─▶ taken ─ keep ─▶ used
///                    └─ give back ─┴─▶ returned ─ take ─▶ taken
/// ```
///
/// Every step may be repeated.
public final class DiscountUses {

    /// The wish to use codes for an order, all of them or none.
    ///
    /// @param codes in upper case
    /// @param customer whom a limit per customer counts, as [holdfast.kernel.Email#customer] names them
    public record Claim(CheckoutId checkout, List<String> codes, String customer) {

        private Stream<Use> uses() {
            return codes.stream().distinct().map(code -> new Use(code, checkout.value(), customer));
        }
    }

    // Rows are locked in the order of their keys, here and in GIVE_BACK, so that nobody waits in a circle.
    private static final String LOCK = """
            select *
              from discount_code
             where code = any(:codes)
             order by code
               for update
            """;

    // Runs after LOCK, so that it sees all that was committed by those who held the lock before.
    private static final String USES = """
            select u.code, u.checkout_id, u.customer
              from discount_use u
             where (u.code, u.customer) in (select * from unnest(:codes::text[], :customers::text[]))
               and u.state <> 'returned'
             union
            select code, checkout_id, customer
              from discount_use
             where checkout_id = any(:checkouts)
               and state <> 'returned'
            """;

    private static final String TAKE = """
            insert into discount_use (code, checkout_id, customer, state)
            select code, checkout_id, customer, 'taken'
              from unnest(:codes::text[], :checkouts::uuid[], :customers::text[]) as t (code, checkout_id, customer)
             order by code, checkout_id
            on conflict (code, checkout_id) do update
               set state = 'taken',
                   customer = excluded.customer
            """;

    private static final String COUNT_UP = """
            update discount_code c
               set uses = c.uses + taken.n
              from (select code, count(*)::int as n from unnest(:codes::text[]) as t (code) group by code) taken
             where c.code = taken.code
            """;

    private static final String KEEP = """
            update discount_use
               set state = 'used'
             where checkout_id = any(:checkouts)
               and state = 'taken'
            """;

    private static final String LOCK_TO_GIVE_BACK = """
            select c.code
              from discount_code c
             where c.code in (select code
                                from discount_use
                               where checkout_id = any(:checkouts)
                                 and state <> 'returned')
             order by c.code
               for update
            """;

    private static final String GIVE_BACK = """
            with returned as (
              update discount_use
                 set state = 'returned'
               where checkout_id = any(:checkouts)
                 and state <> 'returned'
              returning code)
            update discount_code c
               set uses = c.uses - r.n
              from (select code, count(*)::int as n from returned group by code) r
             where c.code = r.code
            """;

    /// Takes one use of each code for each claim, in the order of the claims: true where all codes of a claim
    /// had a use left, for everybody and for this customer, after those that came before it. Nothing is taken
    /// for a claim that is answered false. A claim without codes is true, and so is one that has its uses
    /// already.
    public List<Boolean> take(Tx tx, List<Claim> claims) {
        if (claims.stream().allMatch(claim -> claim.codes().isEmpty())) return nCopies(claims.size(), true);
        List<DiscountCode> codes = lock(tx, claims);
        var ledger = new Ledger(codes, uses(tx, claims));
        List<Boolean> answers = claims.stream().map(ledger::take).toList();
        write(tx, ledger.taken());
        return answers;
    }

    /// Makes the uses of these checkouts final: they have become orders.
    public void keep(Tx tx, Collection<CheckoutId> checkouts) {
        if (checkouts.isEmpty()) return;
        tx.update(KEEP)
                .bind("checkouts", tx.uuids(checkouts, CheckoutId::value))
                .execute();
    }

    /// Returns the uses of these checkouts to their codes, taken or used.
    public void giveBack(Tx tx, Collection<CheckoutId> checkouts) {
        if (checkouts.isEmpty()) return;
        tx.query(LOCK_TO_GIVE_BACK)
                .bind("checkouts", tx.uuids(checkouts, CheckoutId::value))
                .mapTo(String.class)
                .list();
        tx.update(GIVE_BACK)
                .bind("checkouts", tx.uuids(checkouts, CheckoutId::value))
                .execute();
    }

    private static List<DiscountCode> lock(Tx tx, List<Claim> claims) {
        Set<String> codes =
                claims.stream().flatMap(claim -> claim.codes().stream()).collect(toSet());
        return tx.query(LOCK)
                .bind("codes", tx.texts(codes))
                .map((row, _) -> DiscountCodes.code(row))
                .list();
    }

    private static List<Use> uses(Tx tx, List<Claim> claims) {
        List<Use> wanted = claims.stream().flatMap(Claim::uses).toList();
        return tx.query(USES)
                .bind("codes", tx.texts(wanted, Use::code))
                .bind("customers", tx.texts(wanted, Use::customer))
                .bind("checkouts", tx.uuids(wanted, Use::checkout))
                .map((row, _) -> new Use(
                        row.getString("code"), row.getObject("checkout_id", UUID.class), row.getString("customer")))
                .list();
    }

    private static void write(Tx tx, List<Use> taken) {
        if (taken.isEmpty()) return;
        tx.update(TAKE)
                .bind("codes", tx.texts(taken, Use::code))
                .bind("checkouts", tx.uuids(taken, Use::checkout))
                .bind("customers", tx.texts(taken, Use::customer))
                .execute();
        tx.update(COUNT_UP).bind("codes", tx.texts(taken, Use::code)).execute();
    }

    /// One use of one code.
    private record Use(String code, UUID checkout, String customer) {}

    /// A code, and one of those who have it.
    private record Holder<T>(String code, T who) {}

    /// What is used of the locked codes: as stored, and as the claims of one list take it, one after the
    /// other.
    private static final class Ledger {

        private final Map<String, DiscountCode.Terms> terms = new HashMap<>();
        private final Map<String, Integer> uses = new HashMap<>();
        private final Map<Holder<String>, Integer> usesOfCustomer = new HashMap<>();
        private final Set<Holder<UUID>> checkouts = new HashSet<>();
        private final List<Use> taken = new ArrayList<>();

        Ledger(List<DiscountCode> codes, List<Use> stored) {
            for (DiscountCode code : codes) {
                terms.put(code.code(), code.terms());
                uses.put(code.code(), code.uses());
            }
            stored.forEach(this::note);
        }

        boolean take(Claim claim) {
            List<Use> wanted = claim.uses().filter(use -> !isTaken(use)).toList();
            if (!wanted.stream().allMatch(this::isLeft)) return false;
            wanted.forEach(this::take);
            return true;
        }

        List<Use> taken() {
            return taken;
        }

        private boolean isTaken(Use use) {
            return checkouts.contains(new Holder<>(use.code(), use.checkout()));
        }

        private boolean isLeft(Use use) {
            DiscountCode.Terms ofCode = terms.get(use.code());
            return ofCode != null
                    && ofCode.allowOneMore(
                            uses.getOrDefault(use.code(), 0),
                            usesOfCustomer.getOrDefault(new Holder<>(use.code(), use.customer()), 0));
        }

        private void take(Use use) {
            note(use);
            uses.merge(use.code(), 1, Integer::sum);
            taken.add(use);
        }

        private void note(Use use) {
            checkouts.add(new Holder<>(use.code(), use.checkout()));
            usesOfCustomer.merge(new Holder<>(use.code(), use.customer()), 1, Integer::sum);
        }
    }
}
