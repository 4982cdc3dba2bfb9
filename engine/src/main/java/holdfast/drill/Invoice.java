package holdfast.drill;

import holdfast.drill.Meaning.Item;
import holdfast.drill.Meaning.Return;
import holdfast.drill.Meaning.Sale;
import holdfast.kernel.Email;
import holdfast.kernel.Money;
import holdfast.kernel.Sku;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Everything that was written under one invoice number, wherever it stands in the files.
///
/// @param date the earliest of its lines; some invoices took the clerk more than a minute
/// @param customer empty for a guest
/// @param entries its lines, in the order of the files; never empty
record Invoice(String number, LocalDateTime date, String customer, String country, List<Entry> entries) {

    /// By time, and by place in the files within the same minute: the order in which things happened.
    static final Comparator<Invoice> BY_TIME = Comparator.comparing(Invoice::date)
            .thenComparingInt(invoice -> invoice.entries().getFirst().line().number());

    private static final int FINGERPRINT_BYTES = 8;

    /// A line and what it means.
    record Entry(InvoiceLine line, Meaning meaning) {

        static Entry of(InvoiceLine line) {
            return new Entry(line, Meaning.of(line));
        }
    }

    static Invoice of(List<InvoiceLine> lines) {
        InvoiceLine first = lines.getFirst();
        LocalDateTime date = lines.stream()
                .map(InvoiceLine::date)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        return new Invoice(
                first.invoice(),
                date,
                first.customer(),
                first.country(),
                lines.stream().map(Entry::of).toList());
    }

    /// The retailer marks an invoice that takes something back with a `C`.
    static boolean isCancellation(String number) {
        return number.startsWith("C") || number.startsWith("c");
    }

    boolean isCancellation() {
        return isCancellation(number);
    }

    boolean isGuest() {
        return customer.isEmpty();
    }

    /// Whether all lines agree on whose invoice it is and where it goes. If not, it is nobody's.
    boolean isOneShopper() {
        return entries.stream()
                .map(Entry::line)
                .allMatch(line ->
                        line.customer().equals(customer) && line.country().equals(country));
    }

    List<Entry> sales() {
        return entries.stream().filter(entry -> entry.meaning() instanceof Sale).toList();
    }

    List<Entry> returns() {
        return entries.stream()
                .filter(entry -> entry.meaning() instanceof Return)
                .toList();
    }

    /// What is to be sold, each SKU once and in the order of the lines: two lines of one code and price are one
    /// item.
    Collection<Item> items() {
        Map<Sku, Item> items = new LinkedHashMap<>();
        for (Entry entry : entries) {
            if (entry.meaning() instanceof Sale(Item item)) items.merge(item.sku(), item, Item::plus);
        }
        return items.values();
    }

    Money total() {
        return Money.sum(Meaning.GBP, items().stream().map(Item::total).toList());
    }

    /// Where the shop writes about this invoice. It names the customer and, as its tag, the invoice, so that
    /// the order of an invoice can be asked for at any time later, when every idempotency key is long
    /// forgotten.
    Email email() {
        return Email.of((isGuest() ? "guest" : customer) + "+" + number + "@replay.example");
    }

    /// Tells two versions of one invoice apart: the same if, and only if, the shop is asked for the same.
    String fingerprint() {
        var content = new StringBuilder();
        content.append(number).append('\n').append(customer).append('\n').append(country);
        items().forEach(item ->
                content.append('\n').append(item.sku()).append(' ').append(item.pieces()));
        return HexFormat.of()
                .formatHex(sha256().digest(content.toString().getBytes(StandardCharsets.UTF_8)), 0, FINGERPRINT_BYTES);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }
}
