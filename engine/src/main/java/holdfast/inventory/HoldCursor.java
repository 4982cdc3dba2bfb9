package holdfast.inventory;

import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where the list of held units goes on: after this line of this checkout's hold.
record HoldCursor(UUID checkout, String warehouse, String sku) {

    static final HoldCursor START = new HoldCursor(new UUID(0, 0), "", "");

    private static final Pattern SHAPE = Pattern.compile("([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})~([^~]*)~(.+)");

    static HoldCursor after(HeldUnits last) {
        return new HoldCursor(
                last.checkout().value(), last.warehouse().code(), last.sku().code());
    }

    static HoldCursor read(String cursor) {
        Matcher parts = SHAPE.matcher(cursor);
        if (!parts.matches() || !isPlace(parts.group(2)) || !Sku.isValid(parts.group(3))) {
            throw Refusal.invalid("cursor", "malformed", "Not a cursor of this list");
        }
        return new HoldCursor(UUID.fromString(parts.group(1)), parts.group(2), parts.group(3));
    }

    private static boolean isPlace(String warehouse) {
        return warehouse.isEmpty() || WarehouseCode.isValid(warehouse);
    }

    @Override
    public String toString() {
        return checkout + "~" + warehouse + "~" + sku;
    }
}
