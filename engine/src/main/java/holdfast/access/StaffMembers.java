package holdfast.access;

import holdfast.db.Tx;
import holdfast.kernel.Checks;
import holdfast.kernel.Email;
import holdfast.kernel.Ids;
import holdfast.kernel.Page;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The staff: who may open the console, and what they may do there. There is always an admin.
public final class StaffMembers {

    private static final String SELECT = """
            select s.id, s.name, s.email, s.role, s.created_at, s.disabled_at,
                   (select max(seen_at) from staff_session where staff_id = s.id) as last_seen_at
              from staff s
            """;

    private static final String FROM = """
             where (lower(s.name), s.id) > (select lower(name), id from staff where id = :after)
            """;

    private static final String INSERT = """
            insert into staff (id, name, email, role, password)
            values (:id, :name, :email, :role, :password)
            on conflict (lower(email)) do nothing
            """;

    private static final String CHANGE = """
            update staff
               set name = :name, role = :role,
                   disabled_at = case when :disabled then coalesce(disabled_at, shop_clock()) end
             where id = :id
            """;

    // Locked, so that of two admins not each can take the other's place away.
    private static final String OTHER_ADMINS =
            "select id from staff where role = 'admin' and disabled_at is null order by id for update";

    private final AuditLog log;

    public StaffMembers(AuditLog log) {
        this.log = log;
    }

    /// Everybody, by their names.
    ///
    /// @param after the last of the page before; null: from the first on
    public Page<StaffMember> page(Tx tx, int limit, @Nullable UUID after) {
        String from = after == null ? "" : FROM;
        var query = tx.query(SELECT + from + " order by lower(s.name), s.id limit :limit")
                .bind("limit", limit + 1);
        if (after != null) query.bind("after", after);
        return Page.of(
                query.map((row, _) -> member(row)).list(),
                limit,
                member -> member.id().toString());
    }

    public Optional<StaffMember> find(Tx tx, UUID id) {
        return tx.query(SELECT + " where s.id = :id")
                .bind("id", id)
                .map((row, _) -> member(row))
                .findOne();
    }

    /// Whether nobody could open the console.
    public boolean nobody(Tx tx) {
        return tx.query("select not exists (select from staff where disabled_at is null)")
                .mapTo(Boolean.class)
                .one();
    }

    /// Somebody new. Whoever asks for it has it written into the audit log, as with all that is done here.
    ///
    /// Refuses, by the field: a blank or too long `name`; an `email` that somebody has already; a `password`
    /// that is weak.
    public StaffMember add(Tx tx, UUID id, String name, Email email, Role role, String password) {
        checkName(name)
                .that(Password.weakness(password, email).isEmpty(), "password", "weak", weakness(password, email))
                .refuse();
        int added = tx.update(INSERT)
                .bind("id", id)
                .bind("name", name)
                .bind("email", email.address())
                .bind("role", role.code())
                .bind("password", Password.hash(password))
                .execute();
        if (added == 0) throw Refusal.invalid("email", "duplicate", "Somebody has this address already");
        return find(tx, id).orElseThrow();
    }

    /// Lets somebody in who may do everything, with this password; does nothing if they are known already. For
    /// a shop that is started with it, which says so in the audit log.
    public void adopt(Tx tx, String name, Email email, String password) {
        if (known(tx, email).isEmpty()) renew(tx, name, email, password);
    }

    private static Optional<UUID> known(Tx tx, Email email) {
        return tx.query("select id from staff where lower(email) = :email")
                .bind("email", email.customer())
                .mapTo(UUID.class)
                .findOne();
    }

    /// Makes `password` the good one of whoever has this address, an admin from now on if they were not; they
    /// may be new. For a shop that is started with it, which says so in the audit log.
    public void renew(Tx tx, String name, Email email, String password) {
        Actor shop = Actor.system(Ids.next());
        Optional<UUID> known = known(tx, email);
        UUID id = known.orElseGet(Ids::next);
        Deed deed = known.isEmpty() ? Deed.STAFF_CREATED : Deed.STAFF_PASSWORD_SET;
        log.record(tx, shop, deed, id.toString(), () -> {
            if (known.isEmpty()) return add(tx, id, name, email, Role.ADMIN, password);
            setPassword(tx, id, password);
            return change(tx, id, name, Role.ADMIN, false);
        });
    }

    /// Calls them something else, lets them do something else, or lets them in no more. What they are signed
    /// in to ends, unless it is the name alone that changed.
    ///
    /// Refuses an unknown id (`not_found`), a blank or too long `name`, and what would leave the shop without
    /// an admin (`in_use`).
    public StaffMember change(Tx tx, UUID id, String name, Role role, boolean disabled) {
        checkName(name).refuse();
        List<UUID> admins = tx.query(OTHER_ADMINS).mapTo(UUID.class).list();
        StaffMember before = find(tx, id).orElseThrow(StaffMembers::notFound);
        boolean staysAdmin = role == Role.ADMIN && !disabled;
        if (admins.equals(List.of(id)) && !staysAdmin) {
            throw Problem.IN_USE.refuse("The shop would be without an admin");
        }
        tx.update(CHANGE)
                .bind("id", id)
                .bind("name", name)
                .bind("role", role.code())
                .bind("disabled", disabled)
                .execute();
        if (before.role() != role || before.isDisabled() != disabled) Sessions.endAll(tx, id);
        return find(tx, id).orElseThrow();
    }

    /// Gives them another password. What they are signed in to ends.
    ///
    /// Refuses an unknown id (`not_found`), and a weak `password`.
    public void setPassword(Tx tx, UUID id, String password) {
        StaffMember member = find(tx, id).orElseThrow(StaffMembers::notFound);
        new Checks()
                .that(
                        Password.weakness(password, member.email()).isEmpty(),
                        "password",
                        "weak",
                        weakness(password, member.email()))
                .refuse();
        tx.update("update staff set password = :password where id = :id")
                .bind("id", id)
                .bind("password", Password.hash(password))
                .execute();
        Sessions.endAll(tx, id);
    }

    private static Checks checkName(String name) {
        return new Checks().text("name", name, StaffMember.NAME_LENGTH_MAX);
    }

    private static String weakness(String password, Email email) {
        return Password.weakness(password, email)
                .map(weakness -> "It " + weakness)
                .orElse("");
    }

    private static Refusal notFound() {
        return Problem.NOT_FOUND.refuse("There is nobody like that");
    }

    private static StaffMember member(ResultSet row) throws SQLException {
        @Nullable Timestamp seen = row.getTimestamp("last_seen_at");
        @Nullable Timestamp disabled = row.getTimestamp("disabled_at");
        return new StaffMember(
                row.getObject("id", UUID.class),
                row.getString("name"),
                Email.of(row.getString("email")),
                Role.of(row.getString("role")),
                row.getTimestamp("created_at").toInstant(),
                seen == null ? null : seen.toInstant(),
                disabled == null ? null : disabled.toInstant());
    }
}
