package io.inkstream.topology;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * Gives all RocksDB stores of the process one common, bounded memory; without it each store of each partition takes up to
 * 80 MiB for itself. Kafka Streams makes one for each store, so what they share is static.
 */
public final class BoundedRocks implements RocksDBConfigSetter {
    /** Blocks and write buffers of all stores together. The backlog is small and written more than read. */
    private static final long BYTES = 32 << 20;

    private static final long WRITE_BUFFER_BYTES = 16 << 20;
    private static final long ONE_WRITE_BUFFER_BYTES = 2 << 20;

    // Loading the native library belongs to the first store, not to the first look at this class.
    private static final class Shared {
        static final Cache CACHE = new LRUCache(BYTES, -1, false, 0.1);
        static final WriteBufferManager BUFFERS = new WriteBufferManager(WRITE_BUFFER_BYTES, CACHE);
    }

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(Shared.CACHE);
        table.setCacheIndexAndFilterBlocks(true);
        options.setTableFormatConfig(table);
        options.setWriteBufferManager(Shared.BUFFERS);
        options.setWriteBufferSize(ONE_WRITE_BUFFER_BYTES);
        options.setMaxWriteBufferNumber(2);
        options.setMaxBackgroundJobs(1);
    }

    @Override
    public void close(String storeName, Options options) {
        // The shared memory outlives every store.
    }
}
