/* SPDX-License-Identifier: BSD-2-Clause */
#include "source/npy.h"

#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>

static uint8_t record[TRL_NPY_HEADER_BYTES + 64];

static bool parse(int version, const char *text, struct trl_npy_header *out,
                  struct trl_npy_error *error)
{
    const size_t size = npy_record(record, version, text, NULL, 0);
    /* An exact copy, so that a read beyond the end is seen by the sanitizer. */
    uint8_t *copy = malloc(size);
    memcpy(copy, record, size);
    const bool ok = trl_npy_parse(out, copy, size, error);
    free(copy);
    return ok;
}

static void headers_that_writers_make_are_read(void **state)
{
    (void)state;
    static const struct {
        int version;
        int fortran;
        const char *text;
        int64_t rank;
        int64_t shape[3];
    } good[] = {
        {1,
         0,
         "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }          \n",
         2,
         {2, 3}},
        {2, 1, "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }\n", 2, {2, 3}},
        {3, 0, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n", 2, {2, 3}},
        {1, 0, "{\"descr\": \"<f4\", \"fortran_order\": False, \"shape\": (5,)}", 1, {5}},
        {1, 1, "{'shape': (4, 3, 2), 'fortran_order': True, 'descr': '<f4'}", 3, {4, 3, 2}},
        {1, 0, "{'descr':'<f4','fortran_order':False,'shape':()}", 0, {0}},
        {1, 0, "{'descr': '<f4', 'fortran_order': False, 'shape': (4L, 3L), }\n", 2, {4, 3}},
        {2, 0, "{'descr': '<f4', 'fortran_order': False, 'shape': (4L,), }\n", 1, {4}},
        {1, 0, "{'descr': '<f4', 'fortran_order': False, 'shape': (4, 3,), }\n", 2, {4, 3}},
        {1,
         0,
         " \t{ 'descr' : '<f4' ,\n'fortran_order' : False , 'shape' : ( 4 , 3 ) } \n",
         2,
         {4, 3}},
        {1, 0, "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 3), }\n", 2, {0, 3}},
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct trl_npy_header header;
        struct trl_npy_error error = {0};
        if (!parse(good[i].version, good[i].text, &header, &error))
            fail_msg("%s: %s", good[i].text, error.text);
        assert_int_equal(header.rank, good[i].rank);
        assert_memory_equal(header.shape, good[i].shape, sizeof(int64_t) * (size_t)header.rank);
        assert_int_equal(header.fortran_order, good[i].fortran);
        assert_int_equal(header.dtype, TRL_DTYPE_F32);
        assert_int_equal(header.header_bytes,
                         strlen(good[i].text) + (good[i].version == 1 ? 10 : 12));
        int64_t bytes = 4;
        for (int axis = 0; axis < header.rank; axis++)
            bytes *= header.shape[axis];
        assert_int_equal(header.data_bytes, bytes);
    }
}

static void every_numeric_descr_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *descr;
        enum trl_dtype dtype;
        bool big;
    } good[] = {
        {"|b1", TRL_DTYPE_BOOL, 0}, {"|i1", TRL_DTYPE_I8, 0},  {"|u1", TRL_DTYPE_U8, 0},
        {"<i2", TRL_DTYPE_I16, 0},  {">i2", TRL_DTYPE_I16, 1}, {"<u2", TRL_DTYPE_U16, 0},
        {">u2", TRL_DTYPE_U16, 1},  {"<i4", TRL_DTYPE_I32, 0}, {">i4", TRL_DTYPE_I32, 1},
        {"<u4", TRL_DTYPE_U32, 0},  {">u4", TRL_DTYPE_U32, 1}, {"<i8", TRL_DTYPE_I64, 0},
        {">i8", TRL_DTYPE_I64, 1},  {"<u8", TRL_DTYPE_U64, 0}, {">u8", TRL_DTYPE_U64, 1},
        {"<f2", TRL_DTYPE_F16, 0},  {">f2", TRL_DTYPE_F16, 1}, {"<f4", TRL_DTYPE_F32, 0},
        {">f4", TRL_DTYPE_F32, 1},  {"<f8", TRL_DTYPE_F64, 0}, {">f8", TRL_DTYPE_F64, 1},
        {"<u1", TRL_DTYPE_U8, 0},   {">i1", TRL_DTYPE_I8, 0},
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct trl_npy_header header;
        struct trl_npy_error error;
        const size_t size = npy_header_v1(record, good[i].descr, "False", "(3,)");
        assert_true(trl_npy_parse(&header, record, size, &error));
        assert_int_equal(header.dtype, good[i].dtype);
        assert_int_equal(header.big_endian, good[i].big);
    }
}

static void other_descrs_are_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *descr;
        const char *says;
    } bad[] = {
        {"=f4", "byte order"}, {"f4", "byte order"}, {"float32", "byte order"},
        {"|f4", "byte order"}, {"|O", "pickle"},     {"O", "pickle"},
        {"<c8", "complex"},    {">c16", "complex"},  {"<U5", "strings"},
        {"|S3", "strings"},    {"<M8[ns]", "dates"}, {"<m8", "dates"},
        {"<V2", "bf16"},       {"|V2", "offset="},   {"<f16", "long double"},
        {"<g", "long double"}, {"<f1", "'<f1'"},     {"", "''"},
        {"<", "'<'"},          {"<f4x", "'<f4x'"},   {"<bf16", "byte order"},
        {"|bool", "'|bool'"},  {"<i3", "'<i3'"},
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct trl_npy_header header;
        struct trl_npy_error error;
        const size_t size = npy_header_v1(record, bad[i].descr, "False", "(3,)");
        assert_false(trl_npy_parse(&header, record, size, &error));
        if (!strstr(error.text, bad[i].says))
            fail_msg("%s: '%s'", bad[i].descr, error.text);
        assert_int_equal(error.byte, 20);
    }
}

/* Every row of the table of cases that is to be refused, and what writers never make. */
static void malformed_headers_are_refused(void **state)
{
    (void)state;
    static const struct {
        int version;
        const char *text;
        const char *says;
    } bad[] = {
        {1, "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (4,)}", "twice"},
        {1, "{'descr': '<f4', 'fortran_order': False, 'shape': (0x4,)}", "',' or ')'"},
        {1, "{'descr': '<f4', 'fortran_order': False, 'shape': (1_6,)}", "',' or ')'"},
        {1, "{'descr': '<f4', 'fortran_order': False, 'shape': (4,)} # why", "after its end"},
        {1, "{'descr': '<f4', 'fortran_order': False, 'shape': (4,), 'x': 1}", "unknown key 'x'"},
        {1, "{'descr': '<f4', 'fortran_order': False, 'shape': [4]}", "not a tuple"},
        {1, "{'descr': '<f4', 'fortran_order': False, 'shape': (4)}", "not a tuple"},
        {1, "{'descr': '<f4', 'fortran_order': False, 'shape': 4}", "not a tuple"},
        {1, "{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1)}",
         "more than 8"},
        {1, "{'descr': '<f4', 'fortran_order': False, 'shape': (-4,)}", "negative"},
        {1, "{'descr': '|u1', 'fortran_order': False, 'shape': (4611686018427387905, 4)}",
         "overflows"},
        {1, "{'descr': '<f8', 'fortran_order': False, 'shape': (1152921504606846976,)}",
         "overflows"},
        {1, "{'descr': '|u1', 'fortran_order': False, 'shape': (0, 4611686018427387905, 4)}",
         "overflows"},
        {1, "{'descr': '|u1', 'fortran_order': False, 'shape': (9223372036854775808,)}", "2^63"},
        {1, "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999999,)}",
         "2^63"},
        {3, "{'descr': '<f4', 'fortran_order': False, 'shape': (4L,)}", "',' or ')'"},
        {1, "{'descr': '<f4', 'fortran_order': False, 'shape': (4 4)}", "',' or ')'"},
        {1, "{'descr': '<f4', 'fortran_order': False, 'shape': (4,,4)}", "dimension is expected"},
        {1, "{'descr': '<f4', 'fortran_order': False, 'shape': (,)}", "dimension is expected"},
        {1, "{'descr': '<f4', 'fortran_order': False, 'shape': (4,", "dimension is expected"},
        {1, "{'descr': '<f4', 'fortran_order': False, 'shape': (4.0,)}", "',' or ')'"},
        {1, "{'descr': '<f4', 'fortran_order': 0, 'shape': (4,)}", "neither True nor False"},
        {1, "{'descr': '<f4', 'fortran_order': Fals", "neither True nor False"},
        {1, "{'descr': '<f4', 'fortran_order': False}", "no 'shape'"},
        {1, "{'descr': '<f4', 'shape': (4,)}", "no 'fortran_order'"},
        {1, "{'fortran_order': False, 'shape': (4,)}", "no 'descr'"},
        {1, "{}", "no 'descr'"},
        {1, "{,}", "quoted string"},
        {1, "", "ends inside the header"},
        {1, "[]", "'{' is expected"},
        {1, "{'descr': '<f4', 'fortran_order': False, 'shape': (4,)", "',' is expected"},
        {1, "{'descr' '<f4', 'fortran_order': False, 'shape': (4,)}", "':' is expected"},
        {1, "{'descr: '<f4', 'fortran_order': False, 'shape': (4,)}", "unknown key"},
        {1, "{'descr", "does not end"},
        {1, "{'de\\x73cr': '<f4', 'fortran_order': False, 'shape': (4,)}", "escape"},
        {1, "{'descr': [('t', '<f8'), ('id', '<u4')], 'fortran_order': False, 'shape': (4,)}",
         "structured"},
        {1, "{'descr': ('<f4', (2,)), 'fortran_order': False, 'shape': (4,)}", "subarray"},
        {1, "{'descr': u'<f4', 'fortran_order': False, 'shape': (4,)}", "quoted string"},
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct trl_npy_header header;
        struct trl_npy_error error;
        assert_false(parse(bad[i].version, bad[i].text, &header, &error));
        if (!strstr(error.text, bad[i].says))
            fail_msg("%s: '%s'", bad[i].text, error.text);
        assert_true(error.byte <= strlen(bad[i].text) + 12);
    }
}

static void prefixes_are_checked(void **state)
{
    (void)state;
    struct trl_npy_error error;
    struct trl_npy_header header;
    static const uint8_t too_long[] = {2, 0, 0xff, 0xff, 0xff, 0xff};
    static const uint8_t longest[] = {2, 0, 0x10, 0x27, 0, 0}; /* 10000 */
    uint8_t bytes[12] = "\x93NUMPY\x01\x00\x76\x00{'";
    assert_int_equal(trl_npy_header_bytes(bytes, 12, &error), 128);
    bytes[8] = 0x80; /* 128 and above: a signed length would be negative */
    assert_int_equal(trl_npy_header_bytes(bytes, 12, &error), 138);
    bytes[8] = 0xff;
    bytes[9] = 0xff;
    assert_int_equal(trl_npy_header_bytes(bytes, 12, &error), 0);
    assert_non_null(strstr(error.text, "65535 bytes"));
    assert_int_equal(error.byte, 8);
    memcpy(bytes + 6, too_long, 6);
    assert_int_equal(trl_npy_header_bytes(bytes, 12, &error), 0);
    assert_non_null(strstr(error.text, "4294967295 bytes"));
    memcpy(bytes + 6, longest, 6);
    assert_int_equal(trl_npy_header_bytes(bytes, 12, &error), TRL_NPY_HEADER_BYTES);
    bytes[8]++;
    assert_int_equal(trl_npy_header_bytes(bytes, 12, &error), 0);
    static const uint8_t versions[][2] = {{0, 0}, {4, 0}, {1, 1}, {2, 1}, {255, 255}};
    for (int i = 0; i < 5; i++) {
        memcpy(bytes + 6, versions[i], 2);
        assert_int_equal(trl_npy_header_bytes(bytes, 12, &error), 0);
        assert_non_null(strstr(error.text, "version"));
        assert_int_equal(error.byte, 6);
    }
    bytes[3] = 'n';
    assert_int_equal(trl_npy_header_bytes(bytes, 12, &error), 0);
    assert_non_null(strstr(error.text, "not a .npy record"));
    assert_false(trl_npy_parse(&header, bytes, 0, &error));
}

static void truncation_at_every_byte_is_refused(void **state)
{
    (void)state;
    uint8_t whole[128];
    const size_t size = npy_header_v1(whole, "<f4", "False", "(3, 4)");
    for (size_t cut = 0; cut < size; cut++) {
        struct trl_npy_header header;
        struct trl_npy_error error;
        uint8_t *copy = malloc(cut ? cut : 1);
        memcpy(copy, whole, cut);
        assert_false(trl_npy_parse(&header, copy, cut, &error));
        assert_non_null(strstr(error.text, "truncated"));
        assert_int_equal(error.byte, cut);
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_that_writers_make_are_read),
        cmocka_unit_test(every_numeric_descr_is_read),
        cmocka_unit_test(other_descrs_are_refused_by_name),
        cmocka_unit_test(malformed_headers_are_refused),
        cmocka_unit_test(prefixes_are_checked),
        cmocka_unit_test(truncation_at_every_byte_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
