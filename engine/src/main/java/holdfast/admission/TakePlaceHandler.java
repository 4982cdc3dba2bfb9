package holdfast.admission;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import holdfast.db.Handler;
import holdfast.db.Tx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// Hands out places, in the order in which they are asked for. Locks the sales, in the order of their SKUs.
final class TakePlaceHandler implements Handler<TakePlace, Long> {

    private static final String LOCK = """
            select tickets
              from sale
             where sku = :sku
               for update
            """;

    // Whoever missed their turn gets a new place: the old one is nobody's any more.
    private static final String FORGET_MISSED = """
            delete from sale_ticket
             where sku = :sku and secret_sha256 = any (:secrets) and state = 'gone'
            """;

    private static final String KNOWN = """
            select secret_sha256, number
              from sale_ticket
             where sku = :sku and secret_sha256 = any (:secrets)
            """;

    private static final String TAKE = """
            insert into sale_ticket (sku, number, secret_sha256, state)
            select :sku, u.number, u.secret, 'waiting'
              from unnest(:numbers::bigint[], :secrets::bytea[]) as u (number, secret)
            """;

    private static final String COUNT = "update sale set tickets = tickets + :taken where sku = :sku";

    private record Visitor(String name, byte[] secret) {

        static Visitor of(byte[] secret) {
            return new Visitor(HexFormat.of().formatHex(secret), secret);
        }
    }

    @Override
    public List<Long> handle(Tx tx, List<TakePlace> commands) {
        Map<String, List<TakePlace>> bySku =
                commands.stream().collect(groupingBy(command -> command.sku().code(), TreeMap::new, toList()));
        Map<String, Map<String, Long>> numbers = new HashMap<>();
        bySku.forEach((sku, asked) -> numbers.put(sku, take(tx, sku, asked)));
        return commands.stream()
                .map(command -> Objects.requireNonNull(numbers.get(command.sku().code()))
                        .getOrDefault(Visitor.of(command.secretSha256()).name(), 0L))
                .toList();
    }

    private static Map<String, Long> take(Tx tx, String sku, List<TakePlace> commands) {
        Map<String, byte[]> visitors = new LinkedHashMap<>();
        commands.forEach(command -> {
            Visitor visitor = Visitor.of(command.secretSha256());
            visitors.putIfAbsent(visitor.name, visitor.secret);
        });
        var tickets = tx.query(LOCK).bind("sku", sku).mapTo(Long.class).findOne();
        if (tickets.isEmpty()) return Map.of();
        tx.update(FORGET_MISSED)
                .bind("sku", sku)
                .bind("secrets", tx.byteas(visitors.values()))
                .execute();
        var numbers = new HashMap<String, Long>();
        tx.query(KNOWN)
                .bind("sku", sku)
                .bind("secrets", tx.byteas(visitors.values()))
                .map((row, _) ->
                        Map.entry(HexFormat.of().formatHex(row.getBytes("secret_sha256")), row.getLong("number")))
                .forEach(known -> numbers.put(known.getKey(), known.getValue()));
        var newNumbers = new ArrayList<Long>();
        var newSecrets = new ArrayList<byte[]>();
        visitors.forEach((name, secret) -> {
            if (numbers.containsKey(name)) return;
            newNumbers.add(tickets.get() + newNumbers.size() + 1);
            newSecrets.add(secret);
            numbers.put(name, newNumbers.getLast());
        });
        if (newNumbers.isEmpty()) return numbers;
        tx.update(TAKE)
                .bind("sku", sku)
                .bind("numbers", tx.bigints(newNumbers))
                .bind("secrets", tx.byteas(newSecrets))
                .execute();
        tx.update(COUNT).bind("sku", sku).bind("taken", newNumbers.size()).execute();
        return numbers;
    }
}
