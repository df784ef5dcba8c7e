import { IsInt, IsString, Length, Max, Min } from 'class-validator';

export class CreateDogDto {
  @IsString()
  @Length(1, 100)
  name!: string;

  @IsString()
  @Length(1, 100)
  breed!: string;

  @IsInt()
  @Min(0)
  @Max(30)
  age!: number;
}
