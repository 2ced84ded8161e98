/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct trl_network *load(struct fixture *f, const void *data, size_t size,
                                struct trl_network_load_params params)
{
    struct trl_network *network = NULL;
    params.log = f->log;
    const int error = trl_network_load(&network, fixture_write(f, data, size), &params);
    if (error)
        print_error("%s\n", f->line[TRL_LOG_ERROR]);
    assert_int_equal(error, 0);
    return network;
}

static struct trl_network *load_text(struct fixture *f, const char *text)
{
    return load(f, text, strlen(text), (struct trl_network_load_params){0});
}

static void expect_synapses(struct trl_network *network, const struct trl_synapse *wanted,
                            uint64_t count)
{
    assert_int_equal(trl_network_synapse_count(network), count);
    struct trl_synapse *got = all_synapses(network);
    for (uint64_t i = 0; i < count; i++) {
        assert_int_equal(got[i].source, wanted[i].source);
        assert_int_equal(got[i].target, wanted[i].target);
        assert_int_equal(got[i].weight, wanted[i].weight);
        assert_int_equal(got[i].psp, wanted[i].psp);
        assert_int_equal(got[i].inhibitory, wanted[i].inhibitory);
    }
    free(got);
    trl_network_destroy(&network);
}

static void reads_text(void **state)
{
    struct fixture *f = *state;
    static const struct trl_synapse two[] = {{0, 3, 1, 1, false}, {2, 1, 1, 1, false}};
    static const char *const texts[] = {
        "2,1\n0,3\n",
        "2 1\n0 3",
        "2;1\r\n0;3\r\n",
        "2\t1\n0\t3\n",
        "# ids\n\n  2 , 1  # comment\n\t0 ;\t3\n#",
        "source,target\n2,1\n0,3\n",
        "\xEF\xBB\xBF\"from\" \"to\"\n2 1\n0 3\n",
        "+2,1.0\n0.00,3.\n",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct trl_network *network = load_text(f, texts[i]);
        assert_int_equal(trl_network_neuron_count(network), 4);
        assert_int_equal(trl_network_area_count(network), 1);
        assert_int_equal(trl_network_area(network, 0).size[0], 4);
        expect_synapses(network, two, 2);
    }
}

static void reads_columns(void **state)
{
    struct fixture *f = *state;
    expect_synapses(load_text(f, "0,1,-255\n1,0,255\n"),
                    (const struct trl_synapse[]){{0, 1, 255, 1, true}, {1, 0, 255, 1, false}}, 2);
    expect_synapses(load_text(f, "0,1,0,255\n"),
                    (const struct trl_synapse[]){{0, 1, 0, 255, false}}, 1);
    expect_synapses(
        load_text(f, "0,1,7,8,1\n0,2,-7,8,0\n0,3,7,8,0\n"),
        (const struct trl_synapse[]){{0, 1, 7, 8, true}, {0, 2, 7, 8, true}, {0, 3, 7, 8, false}},
        3);
}

static void takes_what_params_say(void **state)
{
    struct fixture *f = *state;
    const struct trl_network_load_params params = {
        .weight = 20, .psp = 30, .neuron = {.threshold = 9, .excitability = 1}};
    struct trl_network *network = load(f, "0 1\n", 4, params);
    assert_float_equal(network->kinds[network->kind_of[1]].params.threshold, 9, 0);
    expect_synapses(network, (const struct trl_synapse[]){{0, 1, 20, 30, false}}, 1);
    struct trl_network_load_params bad = params;
    bad.log = f->log;
    bad.neuron.threshold = NAN;
    network = NULL;
    assert_int_equal(trl_network_load(&network, fixture_write(f, "0 1\n", 4), &bad),
                     TRL_ERROR_USAGE);
    expect_error(f, "threshold is nan");
    assert_null(network);
}

static void reads_many_lines(void **state)
{
    struct fixture *f = *state;
    enum { LINES = 200000 };
    char *text = malloc((size_t)LINES * 20);
    size_t size = 0;
    for (int i = 0; i < LINES; i++)
        size += (size_t)sprintf(text + size, "%d,%d,%d\n", i, (i * 7 + 3) % LINES, i % 511 - 255);
    struct trl_network *network = load(f, text, size, (struct trl_network_load_params){0});
    free(text);
    assert_int_equal(trl_network_neuron_count(network), LINES);
    struct trl_synapse *got = all_synapses(network);
    for (int i = 0; i < LINES; i++) {
        assert_int_equal(got[i].source, i);
        assert_int_equal(got[i].target, (i * 7 + 3) % LINES);
        assert_int_equal(got[i].inhibitory ? -got[i].weight : got[i].weight, i % 511 - 255);
    }
    free(got);
    trl_network_destroy(&network);
}

/* A .npy record of version 1.0. */
static size_t record(uint8_t *out, const char *descr, bool fortran, const char *shape,
                     const void *data, size_t size)
{
    static const uint8_t magic[10] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0};
    char text[119];
    int length = snprintf(text, sizeof(text), "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }",
                          descr, fortran ? "True" : "False", shape);
    memset(text + length, ' ', sizeof(text) - (size_t)length);
    text[117] = '\n';
    memcpy(out, magic, sizeof(magic));
    memcpy(out + 10, text, 118);
    memcpy(out + 128, data, size);
    return 128 + size;
}

static void put_value(uint8_t *out, const char *descr, int64_t value)
{
    const size_t size = (size_t)(descr[2] - '0');
    uint8_t bytes[8];
    if (descr[1] == 'f' && size == 4)
        memcpy(bytes, &(float){(float)value}, 4);
    else if (descr[1] == 'f')
        memcpy(bytes, &(double){(double)value}, 8);
    else
        memcpy(bytes, &value, 8);
    for (size_t i = 0; i < size; i++)
        out[i] = bytes[descr[0] == '>' ? size - 1 - i : i];
}

/* The host is little-endian, as are all that the project runs on. */
static void reads_npy_of_every_type_and_order(void **state)
{
    struct fixture *f = *state;
    static const char *const types[] = {"|i1", "<i2", ">i2", "<i4", ">i4", "<i8",
                                        ">i8", "|u1", "<u2", ">u2", "<u4", ">u4",
                                        "<u8", ">u8", "<f4", ">f4", "<f8", ">f8"};
    static const int64_t rows[3][4] = {{5, 1, 100, 4}, {0, 127, 7, 99}, {126, 0, 1, 0}};
    static const struct trl_synapse wanted[] = {
        {0, 127, 7, 99, false}, {5, 1, 100, 4, false}, {126, 0, 1, 0, false}};
    for (size_t t = 0; t < sizeof(types) / sizeof(*types); t++) {
        for (int fortran = 0; fortran < 2; fortran++) {
            uint8_t data[12 * 8], file[256];
            const size_t size = (size_t)(types[t][2] - '0');
            for (size_t n = 0; n < 12; n++)
                put_value(data + n * size, types[t],
                          fortran ? rows[n % 3][n / 3] : rows[n / 4][n % 4]);
            const size_t all = record(file, types[t], fortran, "(3, 4)", data, 12 * size);
            struct trl_network *network = load(f, file, all, (struct trl_network_load_params){0});
            assert_int_equal(trl_network_neuron_count(network), 128);
            expect_synapses(network, wanted, 3);
        }
    }
}

static void reads_negative_weights_and_halves(void **state)
{
    struct fixture *f = *state;
    uint8_t file[256];
    const int16_t signs[] = {0, 1, -255, 1, 1, 3};
    size_t size = record(file, "<i2", false, "(2, 3)", signs, sizeof(signs));
    expect_synapses(load(f, file, size, (struct trl_network_load_params){0}),
                    (const struct trl_synapse[]){{0, 1, 255, 1, true}, {1, 1, 3, 1, false}}, 2);
    /* Half floats 0, 1, -2, 2048, 255, 1. */
    const uint16_t halves[] = {0, 0x3c00, 0xc000, 0x6800, 0x3c00, 0x5bf8};
    size = record(file, "<f2", false, "(2, 3)", halves, sizeof(halves));
    expect_synapses(load(f, file, size, (struct trl_network_load_params){0}),
                    (const struct trl_synapse[]){{0, 1, 2, 1, true}, {2048, 1, 255, 1, false}}, 2);
}

static void reads_a_pipe(void **state)
{
    struct fixture *f = *state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    uint8_t file[256];
    const uint32_t ids[] = {3, 1, 0, 2};
    const size_t size = record(file, "<u4", true, "(2, 2)", ids, sizeof(ids));
    assert_int_equal(write(ends[1], file, size), size);
    close(ends[1]);
    char path[32];
    snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
    struct trl_network *network = NULL;
    assert_int_equal(
        trl_network_load(&network, path, &(struct trl_network_load_params){.log = f->log}), 0);
    expect_synapses(network, (const struct trl_synapse[]){{1, 2, 1, 1, false}, {3, 0, 1, 1, false}},
                    2);
    close(ends[0]);
}

static void refuse(struct fixture *f, const void *data, size_t size, int code, const char *text)
{
    struct trl_network *network = (struct trl_network *)f;
    const struct trl_network_load_params params = {.log = f->log, .memory_max_bytes = 1 << 20};
    assert_int_equal(trl_network_load(&network, fixture_write(f, data, size), &params), code);
    assert_null(network);
    expect_error(f, text);
}

static void refuse_text(struct fixture *f, const char *data, const char *text)
{
    refuse(f, data, strlen(data), TRL_ERROR_INPUT, text);
}

static void refuses_bad_text(void **state)
{
    struct fixture *f = *state;
    refuse_text(f, "", "holds no synapses");
    refuse_text(f, "source,target\n# nothing\n", "holds no synapses");
    refuse_text(f, "0,1\n0,-1\n", "line 2: the target is -1; an id from 0 to 4294967294");
    refuse_text(f, "4294967295,0\n", "line 1: the source is 4294967295; an id from 0");
    refuse_text(f, "#\n\n99999999999999999999,0\n",
                "line 3: '99999999999999999999' is no whole number of 64 bits");
    refuse_text(f, "0,1,256\n", "line 1: the weight is 256; -255 to 255 is expected");
    refuse_text(f, "0,1,-256\n", "line 1: the weight is -256");
    refuse_text(f, "0,1,1,-1\n", "line 1: the psp is -1; 0 to 255 is expected");
    refuse_text(f, "0,1,1,1,2\n", "line 1: the inhibitory is 2; 0 or 1 is expected");
    refuse_text(f, "0,1,1,1,1,1\n", "line 1: more than 5 numbers");
    refuse_text(f, "5\n", "line 1: a single number");
    refuse_text(f, "0,1\n0,1,2\n", "line 2: 3 numbers, where line 1 has 2");
    refuse_text(f, "0,1\nx,1\n", "line 2: 'x' is no whole number");
    refuse_text(f, "0,1.5\n", "line 1: '1.5' is no whole number");
    refuse_text(f, "0,,1\n", "line 1: '' is no whole number");
    refuse_text(f, "a,b\nc,d\n0,1\n", "line 2: 'c' is no whole number");
    refuse_text(f, "0,nan\n", "line 1: 'nan' is no whole number");
    refuse_text(f, "0,1\n\x01z\xff,1\n", "line 2: '?z?' is no whole number");
    refuse_text(f, "0,1000000000\n",
                "the largest id is 1000000000 in 1 synapses; ids must be dense");
    refuse(f, "0\0 1\n", 5, TRL_ERROR_INPUT, "is neither a genome (JSON) nor an edge list");
    char *longest = malloc(300000);
    memset(longest, ' ', 300000);
    refuse(f, longest, 300000, TRL_ERROR_INPUT, "line 1: longer than 262144 bytes");
    free(longest);
}

static void refuses_bad_npy(void **state)
{
    struct fixture *f = *state;
    uint8_t file[512];
    const int64_t ids[4] = {0, 1, 2, 3};
    size_t size = record(file, "<i8", false, "(2, 2)", ids, sizeof(ids) - 1);
    refuse(f, file, size, TRL_ERROR_INPUT, "byte 159: the file ends, its shape needs 160 bytes");
    size = record(file, "<i8", false, "(4, 1)", ids, sizeof(ids));
    refuse(f, file, size, TRL_ERROR_INPUT, "has rank 2 and 1 columns; an edge list of shape");
    size = record(file, "<i8", false, "(4,)", ids, sizeof(ids));
    refuse(f, file, size, TRL_ERROR_INPUT, "has rank 1 and 0 columns");
    size = record(file, "<i8", false, "(1, 6)", ids, sizeof(ids));
    refuse(f, file, size, TRL_ERROR_INPUT, "has rank 2 and 6 columns");
    size = record(file, "<i8", false, "(0, 2)", ids, 0);
    refuse(f, file, size, TRL_ERROR_INPUT, "holds no synapses");
    size = record(file, "|O", false, "(2, 2)", ids, sizeof(ids));
    refuse(f, file, size, TRL_ERROR_INPUT, "holds Python objects");
    const int32_t negative[4] = {0, 1, 2, -7};
    size = record(file, "<i4", false, "(2, 2)", negative, sizeof(negative));
    refuse(f, file, size, TRL_ERROR_INPUT, "row 1: the target is -7; an id from 0");
    const uint64_t large[4] = {0, UINT64_MAX, 2, 3};
    size = record(file, "<u8", false, "(2, 2)", large, sizeof(large));
    refuse(f, file, size, TRL_ERROR_INPUT, "row 0: 18446744073709551615 is too large");
    size = record(file, "<u8", true, "(2, 2)", &(uint64_t[4]){0, 1, 2, 4294967295}, sizeof(large));
    refuse(f, file, size, TRL_ERROR_INPUT, "row 1: the target is 4294967295");
    const double part[4] = {0, 1, 2, 2.5};
    size = record(file, "<f8", false, "(2, 2)", part, sizeof(part));
    refuse(f, file, size, TRL_ERROR_INPUT, "row 1: 2.5 is no whole number");
    const double none[4] = {0, NAN, 2, 2};
    size = record(file, "<f8", false, "(2, 2)", none, sizeof(none));
    refuse(f, file, size, TRL_ERROR_INPUT, "row 0: nan is no whole number");
}

/* Of 1 MiB: 12 bytes a synapse while they are read. */
static void refuses_what_is_too_large(void **state)
{
    struct fixture *f = *state;
    enum { ROWS = 100000 };
    uint8_t *file = calloc(1, 128 + ROWS * 2);
    uint8_t *zeros = calloc(ROWS, 2);
    const size_t size = record(file, "|u1", false, "(100000, 2)", zeros, ROWS * 2);
    refuse(f, file, size, TRL_ERROR_MEMORY,
           "100000 synapses: 1200000 bytes are needed, 1048576 are available");
    free(file);
    free(zeros);
    struct trl_network *network = NULL;
    const struct trl_network_load_params params = {.log = f->log};
    assert_int_equal(trl_network_load(&network, "/nowhere/at/all", &params), TRL_ERROR_INPUT);
    expect_error(f, "/nowhere/at/all: cannot be opened");
    assert_int_equal(trl_network_load(&network, f->folder, &params), TRL_ERROR_INPUT);
    expect_error(f, "is a folder");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)
        TEST(reads_text),
        TEST(reads_columns),
        TEST(takes_what_params_say),
        TEST(reads_many_lines),
        TEST(reads_npy_of_every_type_and_order),
        TEST(reads_negative_weights_and_halves),
        TEST(reads_a_pipe),
        TEST(refuses_bad_text),
        TEST(refuses_bad_npy),
        TEST(refuses_what_is_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
