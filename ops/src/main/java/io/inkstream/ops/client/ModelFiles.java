package io.inkstream.ops.client;

import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.kafka.TransactionalWriter;
import io.inkstream.trainer.kafka.WriteFailedException;
import io.inkstream.trainer.publish.ModelPublisher;
import java.time.InstantSource;

/** Publishes bundle files. */
public final class ModelFiles {
    /** No bundle of ours inflates to more; a file that does is no bundle. */
    private static final long MAX_INFLATED_BYTES = 256L << 20;

    private ModelFiles() {}

    /**
     * Publishes a bundle file as it is: its chunks and, last, its announcement in one transaction.
     *
     * @throws InvalidBundleException if it is no bundle
     * @throws WriteFailedException if the cluster does not take it
     */
    public static ModelAnnouncement publish(Cluster cluster, byte[] file)
            throws InvalidBundleException, WriteFailedException {
        ModelBundle bundle = ModelBundle.parse(file, MAX_INFLATED_BYTES);
        try (TransactionalWriter writer =
                TransactionalWriter.connect(cluster.settings().clientConfig())) {
            return new ModelPublisher(
                            writer, cluster.topics().models(), cluster.topics().modelChunks(), InstantSource.system())
                    .publish(file, bundle);
        }
    }
}
