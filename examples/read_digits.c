/* Reads digits with a saved model:
 *
 *     cc read_digits.c -lnumeral -o read_digits
 *     ./read_digits digits.model photo.png
 */
#include <numeral/numeral.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    numeral_error err = {NUMERAL_OK, ""};
    numeral_model *model = NULL;
    numeral_dataset digits = {0};
    numeral_answers answers = {0};
    if (argc != 3) {
        fprintf(stderr, "usage: read_digits MODEL DATA\n");
        return 2;
    }
    if (numeral_model_load(argv[1], NULL, &model, &err) == NUMERAL_OK &&
        numeral_dataset_load(argv[2], NULL, &digits, &err) == NUMERAL_OK &&
        numeral_model_predict(model, &digits, NULL, &answers, &err) == NUMERAL_OK) {
        for (size_t i = 0; i < answers.n; i++) {
            printf("%d %.3f\n", answers.labels[i], answers.confidence[i]);
        }
    } else {
        fprintf(stderr, "%s\n", err.text);
    }
    numeral_answers_free(&answers);
    numeral_dataset_free(&digits);
    numeral_model_destroy(model);
    return err.status == NUMERAL_OK ? 0 : 1;
}
