package holdfast.access;

import java.util.Locale;

/// What things are done to, and what of it stands in the audit log: what the merchant set or decided, and
/// nothing about a shopper.
enum Subject {
    NOTHING("null::jsonb"),
    ORDER("""
            (select jsonb_build_object(
                      'number', o.number, 'status', o.status, 'payment_status', o.payment_status,
                      'pieces_shipped', (select sum(a.shipped) from allocation a where a.order_id = o.id),
                      'pieces_canceled', (select sum(a.canceled) from allocation a where a.order_id = o.id),
                      'parcels_delivered', (select count(f.delivered_at) from fulfillment f where f.order_id = o.id),
                      'refunds', (select coalesce(sum(r.amount), 0)
                                    from refund r
                                   where r.order_id = o.id and r.state <> 'failed'),
                      'currency', o.currency)
               from orders o
              where o.id = :subject::uuid)"""),
    PAYMENT("""
            (select jsonb_build_object(
                      'state', p.state, 'next_look_at', p.due_at,
                      'stuck', (select coalesce(jsonb_agg(w.reason order by w.reason), '[]')
                                  from work_item w
                                 where w.payment_id = p.id and w.resolved_at is null))
               from payment p
              where p.id = :subject::uuid)"""),
    WEBHOOK("""
            (select jsonb_build_object('status', w.state, 'type', w.type)
               from webhook_inbox w
              where w.gateway = split_part(:subject, '/', 1)
                and w.event_id = substr(:subject, strpos(:subject, '/') + 1))"""),
    PRODUCT("(select to_jsonb(p) - 'created_at' - 'updated_at' from product p where p.sku = :subject)"),
    WAREHOUSE("""
            (select to_jsonb(w) || jsonb_build_object('serves', (select coalesce(jsonb_agg(
                      to_jsonb(a) - 'warehouse' order by a.rank, a.country, a.postal_prefix), '[]')
                      from warehouse_area a
                     where a.warehouse = w.code))
               from warehouse w
              where w.code = :subject)"""),
    STOCK("""
            (select jsonb_object_agg(s.warehouse, jsonb_build_object('on_hand', s.on_hand))
               from stock s
              where s.sku = :subject)"""),
    TAX_RATE("(select to_jsonb(r) from tax_rate r where r.id = :subject)"),
    SHIPPING_RATE("(select to_jsonb(r) from shipping_rate r where r.id = :subject)"),
    DISCOUNT_CODE("""
            (select to_jsonb(c) - 'uses' - 'updated_at' from discount_code c where c.code = :subject)"""),
    SALE("(select jsonb_build_object('starts_at', s.starts_at) from sale s where s.sku = :subject)"),
    API_KEY("""
            (select to_jsonb(k) - 'id' - 'key_sha256' - 'created_at' from api_key k where k.id = :subject::uuid)"""),
    STAFF("""
            (select jsonb_build_object('name', s.name, 'role', s.role, 'disabled', s.disabled_at is not null)
               from staff s
              where s.id = :subject::uuid)""");

    private final String state;

    Subject(String state) {
        this.state = state;
    }

    /// As a subject is named in the log, however it was typed.
    String spelled(String typed) {
        return switch (this) {
            case ORDER, PAYMENT, API_KEY, STAFF -> typed.toLowerCase(Locale.ROOT);
            case DISCOUNT_CODE -> typed.toUpperCase(Locale.ROOT);
            case NOTHING, WEBHOOK, PRODUCT, WAREHOUSE, STOCK, TAX_RATE, SHIPPING_RATE, SALE -> typed;
        };
    }

    /// SQL for what it is like now: a JSON object, or null where there is no such thing.
    String state() {
        return state;
    }
}
