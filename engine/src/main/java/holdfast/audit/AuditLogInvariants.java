package holdfast.audit;

import java.util.List;

/// What was done to run the shop stays written as it was.
final class AuditLogInvariants {

    static final List<Invariant> ALL =
            List.of(new Invariant("G04", "audit_log", "the audit log is whole, and as it was written", """
                    select 'entry ' || seq || ': '
                           || case when seq <> coalesce(seq_before, 0) + 1 then 'those before it are gone'
                                   when previous <> coalesce(hash_before, sha256('')) then 'the one before was replaced'
                                   else 'it was changed' end
                      from (select a.*, lag(seq) over (order by seq) as seq_before,
                                   lag(hash) over (order by seq) as hash_before, audit_log_hash(a) as expected
                              from audit_log a) entry
                     where seq <> coalesce(seq_before, 0) + 1
                        or previous <> coalesce(hash_before, sha256(''))
                        or hash <> expected
                    union all
                    select 'its end is gone, from entry ' || (coalesce(last.seq, 0) + 1) || ' to ' || head.seq
                      from audit_log_head head
                      left join (select seq, hash from audit_log order by seq desc limit 1) last on true
                     where coalesce(last.seq, 0) <> head.seq or coalesce(last.hash, sha256('')) <> head.hash
                    """));

    private AuditLogInvariants() {}
}
