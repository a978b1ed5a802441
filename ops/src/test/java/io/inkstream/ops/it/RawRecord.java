package io.inkstream.ops.it;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * The bytes of one record, whatever they are.
 *
 * @param key null where there is none
 * @param value null where there is none
 * @param timestamp null for now; -1 for none, as very old clients write it
 * @param times how often it is written
 */
record RawRecord(byte[] key, byte[] value, Long timestamp, List<Header> headers, int times) {
    static RawRecord of(String key, byte[] value) {
        return new RawRecord(utf8(key), value, null, List.of(), 1);
    }

    RawRecord key(byte[] other) {
        return new RawRecord(other, value, timestamp, headers, times);
    }

    RawRecord key(String other) {
        return key(utf8(other));
    }

    RawRecord value(byte[] other) {
        return new RawRecord(key, other, timestamp, headers, times);
    }

    RawRecord at(long millis) {
        return new RawRecord(key, value, millis, headers, times);
    }

    RawRecord header(String name, byte[] content) {
        List<Header> more = new ArrayList<>(headers);
        more.add(new RecordHeader(name, content));
        return new RawRecord(key, value, timestamp, more, times);
    }

    RawRecord times(int count) {
        return new RawRecord(key, value, timestamp, headers, count);
    }

    ProducerRecord<byte[], byte[]> to(String topic, int partition) {
        if (timestamp == null || timestamp >= 0) {
            return new ProducerRecord<>(topic, partition, timestamp, key, value, headers);
        }
        return new ProducerRecord<>(topic, partition, key, value, headers) {
            /** The constructor refuses what the protocol allows. */
            @Override
            public Long timestamp() {
                return RawRecord.this.timestamp;
            }
        };
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
