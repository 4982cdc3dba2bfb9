package holdfast.app;

import java.net.URI;
import java.nio.file.Path;

/// What the demo says when it is open.
final class DemoWelcome {

    private static final String WELCOME = """
            Halden & Pike, household goods, is open.

              The shop      {api}   for shoppers, in a browser
              Console       {api}/console   as {email}, with password {password}
              HTTP API      {api}   described in {api}/openapi.yaml
              Sandbox       {sandbox}   takes the payments; no real money is moved
              Data          {data}

            Keys, good until the next start:

              admin         {admin}   runs the shop
              storefront    {storefront}   sells, from a server
              publishable   {browser}   opens carts and checkouts, from a browser

            A cart, a checkout, a payment, a parcel: paste this into a shell.
            """;

    /// The life of an order. Without comments: not every interactive shell takes them.
    private static final String SESSION = """
            API={api}
            ADMIN={admin}
            BROWSER={browser}
            JSON="Content-Type: application/json"
            RUN=session-$(date +%s)-$$
            text() { grep -o "\\"$1\\":\\"[^\\"]*\\"" | head -n 1 | cut -d '"' -f 4; }

            CART=$(curl -sS "$API/v1/carts" -H "Authorization: Bearer $BROWSER" -H "$JSON" -d '{"currency": "USD"}')
            CART_ID=$(printf '%s' "$CART" | text id)
            CART_SECRET=$(printf '%s' "$CART" | text client_secret)
            curl -sS "$API/v1/carts/$CART_ID/items" -H "Holdfast-Client-Secret: $CART_SECRET" -H "$JSON" \\
              -d '{"sku": "{mug}", "quantity": 2}'; echo
            curl -sS "$API/v1/carts/$CART_ID/items" -H "Holdfast-Client-Secret: $CART_SECRET" -H "$JSON" \\
              -d '{"sku": "{book}", "quantity": 1}'; echo

            CHECKOUT=$(curl -sS "$API/v1/checkouts" -H "Authorization: Bearer $BROWSER" \\
              -H "Holdfast-Client-Secret: $CART_SECRET" -H "$JSON" -d '{
              "cart_id": "'"$CART_ID"'",
              "email": "ada@example.com",
              "shipping_address": {"name": "Ada Lovelace", "line1": "12 Orchard Street", "city": "New York",
                "region": "NY", "postal_code": "10002", "country": "US"},
              "shipping_option": "standard",
              "discount_codes": ["FIVER"]}')
            CHECKOUT_ID=$(printf '%s' "$CHECKOUT" | text id)
            SECRET=$(printf '%s' "$CHECKOUT" | text client_secret)
            TOTAL=$(printf '%s' "$CHECKOUT" | grep -o '"total":{[^}]*}' | tail -n 1 | cut -d : -f 2-)
            echo "To pay: $TOTAL"

            PAID=$(curl -sS "$API/v1/checkouts/$CHECKOUT_ID/complete" -H "Holdfast-Client-Secret: $SECRET" \\
              -H "Idempotency-Key: $RUN-pay" -H "$JSON" \\
              -d '{"payment": {"token": "pm_card_visa"}, "expected_total": '"$TOTAL"'}')
            ORDER_ID=$(printf '%s' "$PAID" | grep -o '"order":{"id":"[^"]*"' | cut -d '"' -f 6)
            order() { curl -sS "$API/v1/orders/$ORDER_ID" -H "Authorization: Bearer $ADMIN"; }
            for TRY in 1 2 3 4 5 6 7 8 9 10; do [ "$(order | text status)" = paid ] && break; sleep 1; done

            curl -sS "$API/v1/orders/$ORDER_ID/fulfillments" -H "Authorization: Bearer $ADMIN" \\
              -H "Idempotency-Key: $RUN-ship" -H "$JSON" \\
              -d '{"carrier": "UPS", "tracking_number": "1Z9R5W690312345672"}'; echo
            echo "Order $ORDER_ID is $(order | text status)"
            """;

    private DemoWelcome() {}

    static String text(URI shop, URI sandbox, Path data, DemoCommand.Keys keys) {
        return (WELCOME + "\n" + SESSION)
                .replace("{api}", shop.toString())
                .replace("{sandbox}", sandbox.toString())
                .replace("{data}", data.toString())
                .replace("{admin}", keys.admin())
                .replace("{storefront}", keys.storefront())
                .replace("{browser}", keys.browser())
                .replace("{email}", DemoShop.ADMIN.address())
                .replace("{password}", keys.password())
                .replace("{mug}", DemoShop.MUG.code())
                .replace("{book}", DemoShop.BOOK.code());
    }
}
