#version 460
// SPDX-License-Identifier: BSD-2-Clause
// Adds what was counted for one picture of a frame to the sums: struct trl_frame_counts. The range
// is that of the picture that comes first.
layout(local_size_x = 1) in;

layout(std430, set = 0, binding = 0) readonly buffer Picture
{
    uint picture[8];
};
layout(std430, set = 0, binding = 1) buffer Sums
{
    uint sums[8];
};
// Frames of each picture in which every element was NaN or infinite.
layout(std430, set = 0, binding = 2) buffer Blanks
{
    uint blanks[];
};
layout(push_constant) uniform Push
{
    uint number;
    uint first;
};

void main()
{
    // Words 0 to 2 count NaN and infinities, word 7 what is finite.
    if (picture[7] == 0 && (picture[0] | picture[1] | picture[2]) != 0)
        blanks[number]++;
    for (uint n = 0; n < 8; n++) {
        bool range = n == 5 || n == 6;
        if (first != 0)
            sums[n] = picture[n];
        else if (!range)
            sums[n] = sums[n] + min(picture[n], ~sums[n]);
    }
}
