package io.inkstream.topology;

import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks whether the cluster has the transactions in which a producer that was thought dead can do no harm. */
final class TransactionVersion {
    private static final Logger LOG = LoggerFactory.getLogger(TransactionVersion.class);
    private static final String FEATURE = "transaction.version";
    private static final int WANTED = 2;
    private static final long PATIENCE_MS = 10_000;

    private TransactionVersion() {}

    /** What the operator should do; nothing if it is as wanted, or the cluster does not say. */
    static Optional<String> remark(Admin admin) throws InterruptedException {
        int version;
        try {
            FinalizedVersionRange finalized = admin.describeFeatures()
                    .featureMetadata()
                    .get(PATIENCE_MS, TimeUnit.MILLISECONDS)
                    .finalizedFeatures()
                    .get(FEATURE);
            version = finalized == null ? 0 : finalized.maxVersionLevel();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("The cluster does not report its features", e);
            return Optional.empty();
        }
        return remark(version);
    }

    /** The same of a version that the cluster told. */
    static Optional<String> remark(int version) {
        return version >= WANTED
                ? Optional.empty()
                : Optional.of("the cluster's " + FEATURE + " is " + version
                        + ": a late record of a process that was considered dead may"
                        + " end up in the transaction of its successor and duplicate a line; on brokers of 4.0 and later run:"
                        + " kafka-features.sh --bootstrap-server BROKER upgrade --feature " + FEATURE + "=" + WANTED);
    }
}
