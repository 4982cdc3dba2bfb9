package holdfast.access;

import static java.util.stream.Collectors.toSet;

import holdfast.access.ApiKey.Kind;
import holdfast.db.Database;
import holdfast.db.Tx;
import holdfast.kernel.Checks;
import holdfast.kernel.Ids;
import holdfast.kernel.Page;
import holdfast.kernel.Refusal;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The keys that let servers and browsers in.
public final class ApiKeys {

    /// How long a key may still be accepted after it was revoked, by a process that has just seen it.
    public static final Duration CACHED_MAX = Duration.ofSeconds(3);

    private static final String INSERT = """
            insert into api_key (id, title, kind, scopes, key_sha256, created_at)
            values (:id, :title, :kind, :scopes, :sha256, shop_clock())
            on conflict (key_sha256) do nothing
            """;

    private static final String CREATE = """
            insert into api_key (id, title, kind, scopes, key_sha256, created_at, expires_at)
            values (:id, :title, :kind, :scopes, :sha256, shop_clock(), :expires)
            returning *
            """;

    private static final String FIND = """
            select *
              from api_key
             where key_sha256 = :sha256
               and revoked_at is null
               and (expires_at is null or expires_at > shop_clock())
            """;

    private static final String REVOKE = """
            update api_key
               set revoked_at = shop_clock()
             where id = :id
               and revoked_at is null
            """;

    private static final String REVOKE_TITLED = """
            update api_key
               set revoked_at = shop_clock()
             where title = :title
               and revoked_at is null
            """;

    private static final String RENEW = """
            update api_key
               set revoked_at = case when key_sha256 = :sha256 then null else coalesce(revoked_at, shop_clock()) end
             where title = :title
            """;

    private static final String REISSUE = """
            update api_key
               set key_sha256 = :sha256,
                   revoked_at = null
             where id = (select id from api_key where title = :title and kind = 'secret' order by id limit 1)
            """;

    private final Database database;

    // Only keys that were good a moment ago: no larger than the number of keys, whatever strangers send.
    private final Map<ByteBuffer, Recent> recent = new ConcurrentHashMap<>();

    public ApiKeys(Database database) {
        this.database = database;
    }

    /// Takes a key up that was made with [ApiKey#make] or [ApiKey#of]. It is not told again.
    ///
    /// Refuses, by the field: a blank or too long `title`; `scopes` of a publishable key, and none of a secret
    /// one; an `expires_at` that is over.
    public ApiKey create(Tx tx, UUID id, ApiKey.Terms terms, String key) {
        boolean isSecret = terms.kind() == Kind.SECRET;
        Instant expires = terms.expiresAt();
        new Checks()
                .text("title", terms.title(), ApiKey.TITLE_LENGTH_MAX)
                .that(!isSecret || !terms.scopes().isEmpty(), "scopes", "required", "Must name at least one scope")
                .that(isSecret || terms.scopes().isEmpty(), "scopes", "exclusive", "Are for secret keys")
                .that(
                        expires == null || expires.isAfter(tx.now()),
                        "expires_at",
                        "out_of_range",
                        "Must be in the future")
                .refuse();
        return tx.query(CREATE)
                .bind("id", id)
                .bind("title", terms.title())
                .bind("kind", terms.kind().code())
                .bind(
                        "scopes",
                        tx.texts(terms.scopes().stream()
                                .map(Scope::code)
                                .sorted()
                                .toList()))
                .bind("sha256", Token.sha256(key))
                .bind("expires", expires == null ? null : expires.atOffset(ZoneOffset.UTC))
                .map((row, _) -> apiKey(row))
                .one();
    }

    /// Makes a secret key and returns it: the only time that it is told.
    public String issueSecret(Tx tx, String title, Set<Scope> scopes) {
        return store(tx, title, Kind.SECRET, scopes, Token.make(Kind.SECRET.prefix()));
    }

    /// Gives the secret key of that title another secret and returns it, or makes one if there is none; any other
    /// key of that title is revoked. It stays the same caller, so that an idempotency key of it is one, too.
    public String reissueSecret(Tx tx, String title, Set<Scope> scopes) {
        revokeTitled(tx, title);
        String key = Token.make(Kind.SECRET.prefix());
        boolean isKnown = tx.update(REISSUE)
                        .bind("title", title)
                        .bind("sha256", Token.sha256(key))
                        .execute()
                == 1;
        return isKnown ? key : store(tx, title, Kind.SECRET, scopes, key);
    }

    /// Makes a publishable key and returns it: the only time that it is told.
    public String issuePublishable(Tx tx, String title) {
        return store(tx, title, Kind.PUBLISHABLE, Set.of(), Token.make(Kind.PUBLISHABLE.prefix()));
    }

    /// Makes `key` the only good secret key of that title, however often it was revoked before, and returns it.
    ///
    /// @throws IllegalArgumentException if `key` does not look like a secret key
    public String renewSecret(Tx tx, String title, Set<Scope> scopes, String key) {
        adoptSecret(tx, title, scopes, key);
        tx.update(RENEW).bind("title", title).bind("sha256", Token.sha256(key)).execute();
        return key;
    }

    /// Accepts a secret key that was made elsewhere; does nothing if it is known already, revoked or not.
    ///
    /// @throws IllegalArgumentException if `key` does not look like a secret key
    public void adoptSecret(Tx tx, String title, Set<Scope> scopes, String key) {
        adopt(tx, title, Kind.SECRET, scopes, key);
    }

    /// Accepts a publishable key that was made elsewhere; does nothing if it is known already, revoked or not.
    ///
    /// @throws IllegalArgumentException if `key` does not look like a publishable key
    public void adoptPublishable(Tx tx, String title, String key) {
        adopt(tx, title, Kind.PUBLISHABLE, Set.of(), key);
    }

    private static void adopt(Tx tx, String title, Kind kind, Set<Scope> scopes, String key) {
        if (!ApiKey.isValid(kind, key)) {
            throw new IllegalArgumentException(
                    "Not a " + kind.code() + " key: " + kind.prefix() + " and 43 of A-Z a-z 0-9 _ -");
        }
        store(tx, title, kind, scopes, key);
    }

    private static String store(Tx tx, String title, Kind kind, Set<Scope> scopes, String key) {
        tx.update(INSERT)
                .bind("id", Ids.next())
                .bind("title", title)
                .bind("kind", kind.code())
                .bind("scopes", tx.texts(scopes.stream().map(Scope::code).toList()))
                .bind("sha256", Token.sha256(key))
                .execute();
        return key;
    }

    /// Whose key this is, if it is good: known, not revoked, not expired.
    public Optional<Principal> authenticate(String key) {
        if (!ApiKey.isValid(Kind.SECRET, key) && !ApiKey.isValid(Kind.PUBLISHABLE, key)) return Optional.empty();
        ByteBuffer sha256 = ByteBuffer.wrap(Token.sha256(key));
        Recent seen = recent.get(sha256);
        if (seen != null && seen.isFresh()) return Optional.of(seen.principal);
        Optional<Principal> found = database.inTransaction(tx -> find(tx, sha256.array()));
        found.ifPresentOrElse(
                principal -> recent.put(sha256, new Recent(principal, System.nanoTime())), () -> recent.remove(sha256));
        return found;
    }

    private static Optional<Principal> find(Tx tx, byte[] sha256) {
        return tx.query(FIND)
                .bind("sha256", sha256)
                .map((row, _) -> apiKey(row))
                .findOne()
                .map(key -> switch (key.kind()) {
                    case SECRET -> new Principal.SecretKey(key.id(), key.scopes());
                    case PUBLISHABLE -> new Principal.PublishableKey(key.id(), null);
                });
    }

    /// Ends a key, everywhere within [#CACHED_MAX]; tells whether it was good until now.
    public boolean revoke(Tx tx, UUID id) {
        return tx.update(REVOKE).bind("id", id).execute() == 1;
    }

    /// Ends every key of that title, everywhere within [#CACHED_MAX]; tells how many were good until now.
    public int revokeTitled(Tx tx, String title) {
        return tx.update(REVOKE_TITLED).bind("title", title).execute();
    }

    /// Every key there ever was, the oldest first.
    public List<ApiKey> list(Tx tx) {
        return tx.query("select * from api_key order by id")
                .map((row, _) -> apiKey(row))
                .list();
    }

    /// A page of [#list], the newest first.
    ///
    /// @param after the `next` of the page before; null: from the beginning
    public Page<ApiKey> page(Tx tx, int limit, @Nullable String after) {
        String from = after == null ? "" : " where id < :after";
        var query = tx.query("select * from api_key" + from + " order by id desc limit :limit")
                .bind("limit", limit + 1);
        if (after != null) query.bind("after", cursor(after));
        return Page.of(
                query.map((row, _) -> apiKey(row)).list(),
                limit,
                key -> key.id().toString());
    }

    private static UUID cursor(String cursor) {
        try {
            return UUID.fromString(cursor);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("cursor", "malformed", "Not a cursor of this list");
        }
    }

    private static ApiKey apiKey(ResultSet row) throws SQLException {
        return new ApiKey(
                row.getObject("id", UUID.class),
                row.getString("title"),
                Kind.of(row.getString("kind")),
                Arrays.stream((String[]) row.getArray("scopes").getArray())
                        .map(Scope::of)
                        .collect(toSet()),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                instant(row, "expires_at"),
                instant(row, "revoked_at"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private record Recent(Principal principal, long seenAt) {

        boolean isFresh() {
            return System.nanoTime() - seenAt < CACHED_MAX.toNanos();
        }
    }
}
